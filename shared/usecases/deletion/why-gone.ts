import type { MessageRecord, Tombstone } from '../../domain/message.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { policyVersionKey } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { recordKey } from '../message-keys.ts';

/** What is known of a message that was purged. Times are ISO 8601, UTC. */
export interface WhyGone extends Pick<Tombstone, 'purgedAt' | 'cause' | 'jobId' | 'requestId' | 'bytesLocked'> {
  /** Those it was filed in, as far as its tombstone names them. */
  readonly mailboxIds: readonly string[];
  readonly archivedAt: string;
  readonly receivedAt: string;
  /** Whose maximum it was past, with the name that it had. */
  readonly policy?: { readonly policyId: string; readonly version: number; readonly name: string };
}

/** Says why a message went, by its tombstone; `undefined` where there is none of that id, or it is there. */
export async function whyGone({ tables }: Pick<Ports, 'tables'>, archiveId: string): Promise<WhyGone | undefined> {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (record?.state !== 'purged' || !record.tombstone) return undefined;
  const { arrivals: _ids, mailboxIds = [], renditions: _hashes, policy, ...rest } = record.tombstone;
  const { archivedAt, first } = record;
  const why: WhyGone = { archivedAt, receivedAt: first.receivedAt, mailboxIds, ...rest };
  if (!policy) return why;
  const version = await tables.get('configuration', policyVersionKey(policy.policyId, policy.version));
  const name = version ? typed<RetentionPolicy>(version).data.name : '';
  return { ...why, policy: { ...policy, name } };
}
