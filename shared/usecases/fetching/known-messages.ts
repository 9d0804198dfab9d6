import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MessageFacts } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { typed } from '../item-data.ts';
import { KEY_END } from '../message-keys.ts';

/** Marks the ledger entry that says that a filter left a message out: it is looked at again. */
export const EXCLUDED = 'excluded';

/** What the ledger says of a message at a place. */
export interface Known {
  /** Final: archived, rendition, duplicate, quarantined, or excluded for good. */
  readonly final: readonly LedgerEntry[];
  /** The last time a filter left it out. */
  readonly excluded?: LedgerEntry;
}

const PAGE = 1_000;

/** What the ledger says of the messages from key to key (inclusive), by key. */
export async function knownMessages(
  { tables }: Pick<Ports, 'tables'>,
  partition: string,
  { first, last }: { readonly first: string; readonly last: string },
): Promise<ReadonlyMap<string, Known>> {
  const found = new Map<string, { final: LedgerEntry[]; excluded?: LedgerEntry }>();
  let cursor: string | undefined;
  do {
    const options = {
      from: first,
      to: `${last}${KEY_END}\u{10ffff}`,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await tables.query('messages', partition, options);
    for (const item of page.items) {
      const entry = typed<LedgerEntry>(item).data;
      const { key = '', instance } = entry.source.fetched ?? {};
      const known = found.get(key) ?? { final: [] };
      if (instance === EXCLUDED) known.excluded = entry;
      else known.final.push(entry);
      found.set(key, known);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** The entry that is about this very message, and not about another one that had its key. */
export function entryFor(known: Known | undefined, facts: MessageFacts): LedgerEntry | undefined {
  // What was fetched as another message with this key is that one, however differently a source reads its Message-ID.
  const isInstance = ({ source }: LedgerEntry) => source.fetched?.instance === instanceOf(facts);
  return known?.final.find((entry) => isSame(entry, facts) || isInstance(entry));
}

/** What tells a message from an earlier one with the same key. */
export function instanceOf({ internalDate = '', sizeBytes, messageId = '' }: MessageFacts): string {
  return nameHash(`${internalDate} ${sizeBytes} ${messageId}`).slice(0, 16);
}

function isSame({ source, messageIdHash }: LedgerEntry, facts: MessageFacts): boolean {
  const { fetched } = source;
  if (fetched?.internalDate !== facts.internalDate || fetched?.sizeBytes !== facts.sizeBytes) return false;
  if (messageIdHash === undefined || facts.messageId === undefined) return true;
  return messageIdHash === nameHash(facts.messageId.trim());
}
