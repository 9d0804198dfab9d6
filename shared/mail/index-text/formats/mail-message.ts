import { hash } from 'node:crypto';
import type { Address } from '../../../domain/address.ts';
import { openMessage } from '../../open-message.ts';
import { charsetOfFirstText } from '../../raw-text.ts';
import { readParts } from '../../read-parts.ts';
import { asBuffer } from '../as-buffer.ts';
import type { Extraction, ReadContent } from '../extraction.ts';
import { indexBody } from '../index-body.ts';
import { readIndexHeader } from '../index-header.ts';

const MAILBOX_LINE = /^From \S+.*\d\d:\d\d/m;

/** The text of a message (RFC 5322): subject, people, body, and its attachments. */
export async function readMailMessage(
  message: Buffer,
  extraction: Extraction,
  readContent: ReadContent,
): Promise<void> {
  const { root } = readParts(message);
  const opened = openMessage(root, message);
  const header = readIndexHeader(root.section, charsetOfFirstText(root), []);
  extraction.line(header.subject);
  for (const people of [header.from, header.to, header.cc, header.bcc]) extraction.line(people.map(shown).join(', '));
  extraction.line(indexBody(opened).text);
  const seen = new Set<string>();
  for (const { filename, contentType, content, charset, isOpened } of opened.attachments) {
    if (!extraction.takeEntry()) return;
    extraction.line(filename);
    if (isOpened) continue;
    const bytes = asBuffer(content());
    // The same picture or signature again and again in one thread.
    const contentHash = hash('sha256', bytes);
    if (seen.has(contentHash)) continue;
    seen.add(contentHash);
    extraction.takeBytes(bytes.length);
    if (extraction.bytesLeft <= 0) return extraction.unreadable('limit');
    await extraction.within(() => readContent(bytes, { filename, contentType, ...(charset && { charset }) }));
  }
}

/** The messages of a mailbox file (RFC 4155), one after the other. */
export async function readMailboxFile(file: Buffer, extraction: Extraction, readContent: ReadContent): Promise<void> {
  let start = 0;
  while (start < file.length && extraction.takeEntry()) {
    const next = nextMessage(file, start);
    await readMailMessage(file.subarray(start, next), extraction, readContent);
    start = next;
  }
}

/** Whether a file begins as mailbox files do. */
export function isMailboxFile(file: Buffer): boolean {
  return MAILBOX_LINE.test(file.toString('latin1', 0, 200).split('\n', 1)[0] ?? '');
}

function nextMessage(file: Buffer, start: number): number {
  for (let at = file.indexOf('\nFrom ', start); at >= 0; at = file.indexOf('\nFrom ', at + 1)) {
    if (isMailboxFile(file.subarray(at + 1, at + 201))) return at + 1;
  }
  return file.length;
}

function shown({ name, address }: Address): string {
  return name === undefined ? address : `${name} <${address}>`;
}
