import type { Route } from '../route.ts';
import { accessRoutes } from './access.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { approvalRoutes } from './approvals.ts';
import { auditRoutes } from './audit.ts';
import { auditorRoutes } from './auditors.ts';
import { completenessRoutes } from './completeness.ts';
import { complianceRoutes } from './compliance.ts';
import { domainRoutes } from './domains.ts';
import { filingRoutes } from './filings.ts';
import { groupRoutes } from './groups.ts';
import { jobRoutes } from './jobs.ts';
import { journalEndpointRoutes } from './journal-endpoints.ts';
import { legalHoldRoutes } from './legal-holds.ts';
import { mailboxRoutes } from './mailboxes.ts';
import { messageRoutes } from './messages.ts';
import { noticeRoutes } from './notices.ts';
import { openapiRoute } from './openapi.ts';
import { otpRoutes } from './otp.ts';
import { privateMailRoutes } from './private-mail.ts';
import { profilePresetRoutes } from './profile-presets.ts';
import { profileRoutes } from './profiles.ts';
import { quarantineRoutes } from './quarantine.ts';
import { requestRoutes } from './requests.ts';
import { retentionPolicyRoutes } from './retention-policies.ts';
import { savedSearchRoutes } from './saved-searches.ts';
import { searchRoutes } from './search.ts';
import { sessionRoutes } from './sessions.ts';
import { settingRoutes } from './settings.ts';
import { systemRoutes } from './system.ts';
import { userRoutes } from './users.ts';

const approvable: readonly Route[] = [
  ...systemRoutes,
  ...sessionRoutes,
  ...otpRoutes,
  ...apiKeyRoutes,
  ...userRoutes,
  ...groupRoutes,
  ...domainRoutes,
  ...mailboxRoutes,
  ...accessRoutes,
  ...messageRoutes,
  ...searchRoutes,
  ...savedSearchRoutes,
  ...filingRoutes,
  ...privateMailRoutes,
  ...noticeRoutes,
  ...auditorRoutes,
  ...journalEndpointRoutes,
  ...quarantineRoutes,
  ...profilePresetRoutes,
  ...profileRoutes,
  ...jobRoutes,
  ...completenessRoutes,
  ...complianceRoutes,
  ...retentionPolicyRoutes,
  ...legalHoldRoutes,
  ...requestRoutes,
  ...auditRoutes,
  ...settingRoutes,
];

const described: readonly Route[] = [...approvable, ...approvalRoutes(approvable)];

/** Every route of the API. */
export const allRoutes: readonly Route[] = [...described, openapiRoute(described)];
