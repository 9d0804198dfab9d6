import type { Route } from '../route.ts';
import { accessRoutes } from './access.ts';
import { complianceRoutes } from './compliance.ts';
import { domainRoutes } from './domains.ts';
import { jobRoutes } from './jobs.ts';
import { journalEndpointRoutes } from './journal-endpoints.ts';
import { mailboxRoutes } from './mailboxes.ts';
import { messageRoutes } from './messages.ts';
import { openapiRoute } from './openapi.ts';
import { quarantineRoutes } from './quarantine.ts';
import { sessionRoutes } from './sessions.ts';
import { systemRoutes } from './system.ts';
import { userRoutes } from './users.ts';

const described: readonly Route[] = [
  ...systemRoutes,
  ...sessionRoutes,
  ...userRoutes,
  ...domainRoutes,
  ...mailboxRoutes,
  ...accessRoutes,
  ...messageRoutes,
  ...journalEndpointRoutes,
  ...quarantineRoutes,
  ...jobRoutes,
  ...complianceRoutes,
];

/** Every route of the API. */
export const allRoutes: readonly Route[] = [...described, openapiRoute(described)];
