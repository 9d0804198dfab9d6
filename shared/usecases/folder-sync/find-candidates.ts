import { archiveIdOf } from '../../domain/archive-id.ts';
import type { MatchCandidate } from '../../domain/live-match.ts';
import type { MessageRecord } from '../../domain/message.ts';
import type { Ports } from '../../ports/ports.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { FILING_PREFIX, messagePartition, recordKey, versionsPartition } from '../message-keys.ts';

/** A message of the archive that a live one may be. */
export interface Candidate extends MatchCandidate {
  readonly archiveId: string;
  /** Whether it is, or was, filed in the mailbox. */
  readonly isFiledHere: boolean;
  /** Whether it was purged: it is not missing, and there is nothing to be filed. */
  readonly isPurged: boolean;
}

/** How many messages with one Message-ID are looked at: senders control it. */
const MAX_CANDIDATES = 20;
/** Generations of a fingerprint that are looked at. */
const MAX_GENERATIONS = 100;

/** The Message-ID as the index of Message-IDs has it. */
export function messageIdHashOf(messageId: string): string {
  return sha256Hex(messageId).slice(0, 32);
}

/** Messages of the archive with one Message-ID. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** False where there are more than are looked at: then headers decide nothing. */
  readonly areAll: boolean;
}

/**
 * Messages of the archive with a Message-ID, those filed in the mailbox alone where there are any. Eventually consistent:
 * what was archived a moment ago may not be among them.
 */
export async function candidatesWith(
  { tables }: Pick<Ports, 'tables'>,
  messageIdHash: string,
  mailboxId: string,
): Promise<Candidates> {
  const page = await tables.queryIndex('messages', 'versions', versionsPartition(messageIdHash), {
    limit: MAX_CANDIDATES,
  });
  const records = page.items.filter((item) => item.sk === 'record').map((item) => typed<MessageRecord>(item));
  const all = await Promise.all(
    records.map(async ({ pk, data }) => await candidateOf({ tables }, pk.slice(pk.indexOf('#') + 1), data, mailboxId)),
  );
  const areAll = page.cursor === undefined;
  const here = all.filter(({ isFiledHere, isPurged }) => isFiledHere && !isPurged);
  if (here.length > 0) return { candidates: here, areAll };
  const live = all.filter(({ isPurged }) => !isPurged);
  return { candidates: live.length > 0 ? live : all, areAll };
}

/** The message of the archive with a fingerprint that is live, or the last one that was purged; consistent. */
export async function candidateByFingerprint(
  { tables }: Pick<Ports, 'tables'>,
  fingerprint: string,
  mailboxId: string,
): Promise<Candidate | undefined> {
  let last: Candidate | undefined;
  for (let generation = 1; generation <= MAX_GENERATIONS; generation += 1) {
    const archiveId = archiveIdOf(fingerprint, generation);
    const item = await tables.get('messages', recordKey(archiveId));
    if (!item) return last;
    last = await candidateOf({ tables }, archiveId, typed<MessageRecord>(item).data, mailboxId);
    if (!last.isPurged) return last;
  }
  return last;
}

async function candidateOf(
  { tables }: Pick<Ports, 'tables'>,
  archiveId: string,
  { state, summary }: MessageRecord,
  mailboxId: string,
): Promise<Candidate> {
  const prefix = `${FILING_PREFIX}${mailboxId}#`;
  const isPurged = state === 'purged';
  const filings = isPurged
    ? []
    : (await tables.query('messages', messagePartition(archiveId), { prefix, limit: 1 })).items;
  const { date, receivedAt, from, sizeBytes } = summary;
  return { archiveId, isFiledHere: filings.length > 0, isPurged, date, receivedAt, from: from.address, sizeBytes };
}
