import {
  CHECKPOINT_PREFIX,
  type ChainHead,
  type CheckpointReference,
  checkpointKey,
  NO_CHECKPOINT,
} from '../../domain/audit-chain.ts';
import { encodeCheckpoint, referenceOf } from '../../mail/audit-object.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { CHECKPOINT_KEY } from './audit-keys.ts';
import { chainsBehind, recordDone, recordProgress } from './chain-progress.ts';

type AnchorPorts = Pick<Ports, 'archive' | 'tables' | 'clock'>;

const FOLLOWER = 'checkpoint';
/** How many chains one checkpoint names: bounds its size. */
const MAX_HEADS = 10_000;

/**
 * Writes checkpoints that name the last hash of every chain that grew since the one before, so that what is cut off
 * its end, or missing as a whole, is noticed. Answers the last checkpoint; writes none where nothing grew. Safe to
 * run at any time, also twice at once.
 */
export async function anchorAudit(ports: AnchorPorts): Promise<CheckpointReference> {
  const startedAt = ports.clock.now();
  let last = await lastCheckpoint(ports);
  let heads: ChainHead[] = [];
  const write = async () => {
    last = await writeCheckpoint(ports, last, heads);
    await recordProgress(ports, FOLLOWER, heads);
    heads = [];
  };
  for await (const { head } of chainsBehind(ports, FOLLOWER)) {
    heads.push(head);
    if (heads.length === MAX_HEADS) await write();
  }
  if (heads.length > 0) await write();
  await recordDone(ports, FOLLOWER, startedAt);
  return last;
}

/** Claims the next free number; whoever comes second names the first. */
async function writeCheckpoint(
  { archive, tables, clock }: AnchorPorts,
  after: CheckpointReference,
  heads: readonly ChainHead[],
): Promise<CheckpointReference> {
  for (let previous = after; ; ) {
    const n = previous.n + 1;
    const body = encodeCheckpoint({ n, previous: previous.hash, at: clock.now().toISOString(), heads });
    const put = await archive.put(checkpointKey(n), body, { ifAbsent: true });
    const written = put.outcome === 'stored' ? body : (await archive.get(checkpointKey(n)))?.body;
    if (written) previous = referenceOf(n, written);
    if (put.outcome !== 'stored') continue;
    await tables.put('activity', { ...CHECKPOINT_KEY, version: 1, data: dataOf(previous) });
    return previous;
  }
}

/** What the tables remember may be behind, or lost. */
async function lastCheckpoint({ archive, tables }: AnchorPorts): Promise<CheckpointReference> {
  const item = await tables.get('activity', CHECKPOINT_KEY);
  let last = item ? typed<CheckpointReference>(item).data : NO_CHECKPOINT;
  if (!item) {
    let lastKey: string | undefined;
    for await (const { key } of archive.list(CHECKPOINT_PREFIX)) lastKey = key;
    const object = lastKey === undefined ? undefined : await archive.get(lastKey);
    if (object) last = referenceOf(Number(object.key.slice(CHECKPOINT_PREFIX.length)), object.body);
  }
  for (;;) {
    const next = await archive.get(checkpointKey(last.n + 1));
    if (!next) return last;
    last = referenceOf(last.n + 1, next.body);
  }
}
