import type { Period } from '../domain/digest-period.ts';
import type { Trouble } from '../domain/trouble.ts';
import type { Ports } from '../ports/ports.ts';
import { dataOf, typed } from './item-data.ts';
import { queryAll } from './query-all.ts';

/** The partition of the activity table that digests are made from; sort keys begin with the time. */
const TROUBLES = 'trouble';
const KEPT_SECONDS = 90 * 24 * 60 * 60;
/** What one digest reads: bounds the memory of a run after a week in which everything failed. */
const MAX_READ = 10_000;

/** Writes down what did not go as planned. Repeated, it may stand there twice. */
export async function noteTrouble({ tables }: Pick<Ports, 'tables'>, trouble: Trouble): Promise<void> {
  const { at } = trouble;
  const sk = `${at}#${nameOf(trouble)}`;
  const expiresAt = Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS;
  await tables.put('activity', { pk: TROUBLES, sk, version: 1, expiresAt, data: dataOf(trouble) });
}

/** Tells the troubles of one moment apart. */
function nameOf(trouble: Trouble): string {
  if (trouble.kind === 'review') return trouble.holdId;
  if (trouble.kind === 'request') return trouble.requestId;
  if (trouble.kind === 'missed') return trouble.profileId;
  return trouble.kind === 'job' ? trouble.jobId : `${trouble.jobId}#incomplete`;
}

/** What was written down for a period, oldest first. */
export async function troublesOf(ports: Pick<Ports, 'tables'>, { from, until }: Period): Promise<readonly Trouble[]> {
  const found: Trouble[] = [];
  const range = { from: from.toISOString(), to: until.toISOString() };
  for await (const item of queryAll(ports, 'activity', TROUBLES, range)) {
    found.push(typed<Trouble>(item).data);
    if (found.length === MAX_READ) break;
  }
  return found;
}
