import middy from '@middy/core';
import type { Ports } from '../../shared/ports/ports.ts';
import { ensureAdministrator } from '../../shared/usecases/identity/administrators.ts';
import { generatePassword } from '../../shared/usecases/identity/generate-password.ts';
import type { IdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import { getJob, startJob } from '../../shared/usecases/jobs/jobs.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

export type PrepareTablesPorts = Pick<Ports, 'archive' | 'tables' | 'queue' | 'clock' | 'entropy' | 'logs'>;

/** Says that the tables have been filled: where it is missing beside a filled archive, the tables were lost. */
const MARK = { pk: 'settings', sk: 'tables' } as const;

/** What an administrator of the account is told. */
export interface Prepared {
  /** `waiting`: users come back with the rebuild; invoke again once it has finished. */
  readonly administrator: 'created' | 'exists' | 'waiting';
  /** Of `admin`, where it was created just now; shown this once. */
  readonly password?: string;
  readonly rebuild?: { readonly jobId: string; readonly state: string };
}

/**
 * Makes empty tables fit for use, by hand after the first deployment: creates the administrator, or starts
 * a rebuild where the archive is filled already. Safe to repeat.
 */
export function createHandler(ports: PrepareTablesPorts, identity: IdentityContext) {
  return middy(async (_event: unknown): Promise<Prepared> => {
    const rebuild = await rebuildUnderWay(ports);
    if (rebuild && rebuild.state !== 'finished') return { administrator: 'waiting', rebuild };
    const password = generatePassword(ports);
    // Told to nobody but the one who invoked this: it counts from anywhere.
    const administrator = await ensureAdministrator(identity, { password, isMadeUp: false });
    return { administrator, ...(administrator === 'created' ? { password } : {}) };
  }).use(invocationLog(ports.logs, 'prepare-tables'));
}

async function rebuildUnderWay(ports: PrepareTablesPorts): Promise<Prepared['rebuild']> {
  const mark = await ports.tables.get('configuration', MARK);
  const jobId = mark ? mark.data.rebuildJobId : await firstJob(ports);
  if (typeof jobId !== 'string') return undefined;
  const { data: job } = await getJob(ports, jobId);
  return { jobId, state: job.state };
}

/** The job that rebuilds empty tables, where there is something to rebuild them from. */
async function firstJob(ports: PrepareTablesPorts): Promise<string | undefined> {
  const jobId = (await hasObjects(ports)) ? (await startJob(ports, 'rebuild')).jobId : undefined;
  const data = { format: 1, ...(jobId === undefined ? {} : { rebuildJobId: jobId }) };
  await ports.tables.put('configuration', { ...MARK, version: 1, data });
  return jobId;
}

async function hasObjects({ archive }: Pick<Ports, 'archive'>): Promise<boolean> {
  for await (const _ of archive.list('')) return true;
  return false;
}
