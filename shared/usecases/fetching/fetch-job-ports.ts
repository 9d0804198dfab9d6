import type { Ports } from '../../ports/ports.ts';
import type { FinishPorts } from '../jobs/finish-job.ts';

/** What the jobs of profiles need beside filing. */
export type FetchJobPorts = FinishPorts & Pick<Ports, 'queue' | 'secrets' | 'logs'>;
