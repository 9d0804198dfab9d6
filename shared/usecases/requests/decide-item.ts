import { messagePrefix } from '../../domain/archive-id.ts';
import type { MessageRecord } from '../../domain/message.ts';
import type { RequestBlock } from '../../domain/requests/requested-message.ts';
import { namedPolicy } from '../../domain/retention/named-policy.ts';
import { DamagedError, NotFoundError, UnreadableError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { recordKey } from '../message-keys.ts';
import { decideMessage } from '../retention/decide-message.ts';
import type { DeletionJudge } from '../retention/deletion-judge.ts';

/** What assessing takes. */
export interface AssessingJudge extends DeletionJudge {
  readonly ports: DeletionJudge['ports'] & Pick<Ports, 'clock'>;
}

/** What was found of a message that is there. */
interface Assessment {
  readonly record: MessageRecord;
  readonly block?: RequestBlock;
}

/**
 * What keeps a message from being deleted now, decided on the message itself by consistent reads: a legal hold, a
 * minimum, a lock of the storage, or that nothing can be known of it; `undefined` where nothing does. Whoever deletes
 * decides again. Throws `NotFoundError` where there is none or it was purged, `StorageError`.
 */
export async function assess(judge: AssessingJudge, archiveId: string): Promise<RequestBlock | undefined> {
  return (await assessMessage(judge, archiveId)).block;
}

/** As `assess`, with the record that it was decided on. */
export async function assessMessage(judge: AssessingJudge, archiveId: string): Promise<Assessment> {
  const item = await judge.ports.tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (!record || record.state === 'purged') throw new NotFoundError(`message ${archiveId}`);
  try {
    const block = await blockOf(judge, archiveId, record);
    return block ? { record, block } : { record };
  } catch (error) {
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    return { record, block: { reason: 'undecided' } };
  }
}

/** In the order of whoever deletes: holds, then minimums, then locks. */
async function blockOf(
  judge: AssessingJudge,
  archiveId: string,
  record: MessageRecord,
): Promise<RequestBlock | undefined> {
  const { ports, policies, holdsOn } = judge;
  const { policies: all, prepared } = await policies.now();
  const now = ports.clock.now();
  const message = await decideMessage(judge, archiveId, prepared, now, { record });
  const holds = await holdsOn(archiveId, message);
  if (holds.length > 0) return { reason: 'legal_hold', holdIds: holds.map(({ holdId }) => holdId) };
  const { state, minimumUntil, minimumBy } = message.decision;
  if (state !== 'under_minimum') return await lockOf(ports, archiveId, now);
  const until = minimumUntil ? { until: minimumUntil.toISOString() } : {};
  // Nobody's minimum: the storage locked it for longer than any policy asks.
  if (!minimumBy) return { reason: 'object_locked', ...until };
  return { reason: 'under_retention', ...until, policies: [namedPolicy(minimumBy, all)] };
}

/** What the storage would refuse to delete of what lies under the message's own prefix. */
async function lockOf(
  { archive }: Pick<Ports, 'archive'>,
  archiveId: string,
  now: Date,
): Promise<RequestBlock | undefined> {
  let until: Date | undefined;
  let isHeld = false;
  for await (const { key } of archive.list(messagePrefix(archiveId))) {
    const { retainUntil, legalHold } = (await archive.head(key)) ?? {};
    if (legalHold) isHeld = true;
    if (retainUntil && retainUntil > now && (!until || retainUntil > until)) until = retainUntil;
  }
  if (isHeld) return { reason: 'object_locked' };
  return until ? { reason: 'object_locked', until: until.toISOString() } : undefined;
}
