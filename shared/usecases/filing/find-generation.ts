import { archiveIdOf } from '../../domain/archive-id.ts';
import type { Outcome } from '../../domain/arrival.ts';
import type { MessageRecord } from '../../domain/message.ts';
import { PurgingError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { typed } from '../item-data.ts';
import { recordKey } from '../message-keys.ts';

export type Generation =
  /** The message an arrival belongs to, there already or not. */
  | {
      readonly kind: 'open';
      readonly archiveId: string;
      readonly record: MessageRecord | undefined;
      /** Whether the message was there before and was purged. */
      readonly isReturning: boolean;
    }
  /** The arrival was filed and purged before its ledger entry was written. */
  | { readonly kind: 'purged'; readonly archiveId: string; readonly outcome: Outcome };

/** Finds the generation of a fingerprint that an arrival belongs to, by consistent reads. Throws `PurgingError`. */
export async function findGeneration(
  { tables }: Pick<Ports, 'tables'>,
  fingerprint: string,
  arrivalId: string,
): Promise<Generation> {
  for (let generation = 1; ; generation += 1) {
    const archiveId = archiveIdOf(fingerprint, generation);
    const item = await tables.get('messages', recordKey(archiveId));
    const isReturning = generation > 1;
    if (!item) return { kind: 'open', archiveId, record: undefined, isReturning };
    const record = typed<MessageRecord>(item).data;
    if (record.state === 'live') return { kind: 'open', archiveId, record, isReturning };
    if (record.state === 'purging') throw new PurgingError(`message ${archiveId}`);
    const listed = record.tombstone?.arrivals.find((arrival) => arrival.arrivalId === arrivalId);
    if (listed) return { kind: 'purged', archiveId, outcome: listed.outcome };
  }
}
