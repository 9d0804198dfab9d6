import { openSource } from '../../shared/sources/open-source.ts';
import { cloudAudit } from '../cloud/cloud-audit.ts';
import { cloudSecrets } from '../cloud/cloud-secrets.ts';
import { Environment } from '../cloud/environment.ts';
import { cloudFiling } from '../cloud/filing.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const { context: filing, budget } = cloudFiling(environment, ['fetches', 'signatures', 'index']);
const ports = {
  ...filing.ports,
  audit: cloudAudit(filing.ports),
  secrets: cloudSecrets(environment, ['credential-sealing']),
};

export const handler = createHandler({ ports, filing, budget, openSource });
