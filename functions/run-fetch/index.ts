import { createOpenSource } from '../../shared/sources/open-source.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
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

// What listens on a function's own machine is the interface of its runtime.
const openSource = createOpenSource({ clock: ports.clock, loopbackHttp: false });

export const handler = createHandler({
  ports,
  filing: { ...filing, policies: new PolicyBook(ports) },
  budget,
  openSource,
});
