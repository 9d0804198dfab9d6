import { createHash } from 'node:crypto';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { sortDate } from '../../../shared/domain/sort-date.ts';
import { summaryOf } from '../../../shared/domain/summary.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { FLAGS, type IndexDocument } from '../../../shared/search/index-document.ts';
import { inProcessReader } from '../../../shared/usecases/in-process-reader.ts';
import type { IndexUnit } from '../../../shared/usecases/search/index/index-unit.ts';
import { isGerman } from '../../../shared/usecases/search/is-german.ts';
import { addressTexts, messageTexts } from '../../../shared/usecases/search/message-texts.ts';
import { DEFAULT_SEARCH_SETTINGS } from '../../../shared/usecases/settings/search-settings.ts';
import { mailFiles } from '../mail-files.ts';

/** No attachment is read for its text: that is measured where attachments are. */
const SETTINGS = { ...DEFAULT_SEARCH_SETTINGS, attachmentTypes: [] };
const DAY_MS = 86_400_000;
/** When the newest message was received; the others before it, ten years back. */
const NEWEST = Date.UTC(2026, 0, 1);
const SPAN_MS = 3_650 * DAY_MS;
/** One word in so many messages is new: names and numbers never cease. */
const FRESH_WORDS = 3;

/** The documents of all mail under a path, at most `count`. */
export async function documentsOf(path: string, count: number): Promise<readonly IndexDocument[]> {
  const ports = {
    reader: inProcessReader,
    derived: createMemoryObjectStore(),
    extractor: { extract: () => Promise.reject(new Error('no attachment is read')) } as never,
  };
  const documents: IndexDocument[] = [];
  for await (const raw of mailFiles(path)) {
    if (documents.length >= count) break;
    const original = readOriginal(raw);
    if (!original) continue;
    const texts = await messageTexts(ports, raw, SETTINGS);
    const receivedAt = original.date ?? new Date(NEWEST);
    const summary = summaryOf(original, receivedAt.toISOString());
    documents.push({
      archiveId: `1-${createHash('sha256').update(raw).digest('hex')}`,
      summary,
      sortDate: sortDate(original.date, receivedAt).getTime(),
      receivedAt: receivedAt.getTime(),
      flags: texts.flags.reduce((sum, name) => sum | FLAGS[name], FLAGS.received as number),
      folders: ['Inbox'],
      sender: texts.sender,
      attachmentTypes: texts.attachmentTypes,
      isGerman: isGerman(texts.texts),
      texts: [...texts.texts, ...addressTexts('bcc', texts.bcc)],
    });
  }
  return documents;
}

/** The `n`th of `of` messages, newest first: the mail again and again, with dates, ids and some words of their own. */
export function replica(documents: readonly IndexDocument[], n: number, of: number): IndexDocument {
  const document = documents[n % documents.length];
  if (!document) throw new Error('there is no mail under that path');
  const at = NEWEST - Math.floor((n * SPAN_MS) / of);
  const date = new Date(at).toISOString();
  const fresh = Array.from({ length: FRESH_WORDS }, (_, word) => `fresh${n.toString(36)}${word}`).join(' ');
  return {
    ...document,
    archiveId: `1-${createHash('sha256').update(`${document.archiveId} ${n}`).digest('hex')}`,
    summary: { ...document.summary, date, receivedAt: date },
    sortDate: at,
    receivedAt: at,
    texts: [...document.texts, { field: 'body', text: fresh }],
  };
}

/** The characters that an index of these is made of. */
export function textBytes(documents: Iterable<IndexDocument>): number {
  let bytes = 0;
  for (const { texts } of documents) for (const { text } of texts) bytes += Buffer.byteLength(text);
  return bytes;
}

export const WHOLE = (mailboxId: string): IndexUnit => ({ mailboxId, part: 'all' });
