import type { Job } from '../../domain/job.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { POLICY_EPOCH_KEY } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { startJob } from '../jobs/jobs.ts';
import { settledEpoch } from '../retention/book-epoch.ts';
import { activePolicies } from '../retention/policy-book.ts';

type StartPorts = Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy'>;

const KNOWN_KEY = { pk: 'lock-walk', sk: '-' };

/** The minimums that a walk was started for. */
interface KnownMinimums {
  readonly epoch: string;
  readonly minimums: readonly string[];
}

/** Hex digits that tell one minimum from another: 10,000 of them fit into an item. */
const MARK_LENGTH = 16;

/** Starts the job that extends the locks of storage to the minimums that apply now. */
export function startExtendJob(ports: StartPorts): Promise<Job> {
  return startJob(ports, 'extend-locks');
}

/**
 * Starts that job where a minimum applies that none was started for, be it of a new policy or a changed one. Safe to call at any
 * time, also twice at once; where a change of policies died half way it is told later. Answers whether it did.
 */
export async function startDueExtendJob(ports: StartPorts): Promise<boolean> {
  const epoch = await settledEpoch(ports, POLICY_EPOCH_KEY);
  const item = await ports.tables.get('activity', KNOWN_KEY);
  const known = item && typed<KnownMinimums>(item).data;
  if (epoch === undefined || known?.epoch === epoch) return false;
  const minimums = (await activePolicies(ports)).map(markOf).filter((mark) => mark !== undefined);
  const data: KnownMinimums = { epoch, minimums: [...new Set(minimums)] };
  const before = new Set(known?.minimums);
  // Started first: one too many is harmless, one that a crash forgets is not.
  const isDue = data.minimums.some((mark) => !before.has(mark));
  if (isDue) await startExtendJob(ports);
  const next = { ...KNOWN_KEY, version: (item?.version ?? 0) + 1, data: dataOf(data) };
  await (item ? ports.tables.putIfVersion('activity', next, item.version) : ports.tables.putIfAbsent('activity', next));
  return isDue;
}

/** What a minimum is and of which mail; `undefined` of a policy without one. */
function markOf({ minimum, conditions, countedFrom }: RetentionPolicy): string | undefined {
  if (!minimum) return undefined;
  return sha256Hex(JSON.stringify([minimum, conditions, countedFrom])).slice(0, MARK_LENGTH);
}
