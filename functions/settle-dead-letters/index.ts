import { cloudAudit } from '../cloud/cloud-audit.ts';
import { Environment } from '../cloud/environment.ts';
import { cloudFiling } from '../cloud/filing.ts';
import { createHandler } from './handler.ts';

const { context, budget } = cloudFiling(new Environment());
const ports = { ...context.ports, audit: cloudAudit(context.ports) };

export const handler = createHandler({ ...context, ports }, budget);
