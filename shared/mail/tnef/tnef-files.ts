import type { Attachment } from '../attachment.ts';
import { type BodyText, isBlank } from '../body-text.ts';
import { normalised } from '../leaf-text.ts';
import type { OpeningBudget } from '../opening-budget.ts';
import { decompressRtf, rtfSizeOf } from './compressed-rtf.ts';
import { readRtfBody } from './rtf-body.ts';
import { isTnef, readTnef, type TnefFile, type TnefMessage } from './tnef.ts';

/** What people see of a TNEF stream. */
export interface OpenedTnef {
  readonly files: readonly Attachment[];
  /** `undefined` where it has none. */
  readonly body: (() => BodyText) | undefined;
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/;

/**
 * The files in a TNEF stream, depth first: behind a message within it, which is a file too, come its body and its
 * files. Never throws; what is beyond the budget stays closed.
 */
export function openTnef(stream: Buffer, budget: OpeningBudget, depth: number): OpenedTnef {
  if (!budget.takeContainer(stream.length, depth)) return { files: [], body: undefined };
  const message = readTnef(stream);
  const files: Attachment[] = [];
  for (const file of message.files) {
    if (!budget.takeFile()) break;
    const nested = file.isMessage || isTnef(file.content) ? openNested(file, budget, depth + 1) : [];
    files.push({ ...attachmentOf(file), isOpened: nested.length > 0 }, ...nested);
  }
  return { files, body: bodyReader(message, budget) };
}

function attachmentOf({ name, mimeTag, content, isMessage }: TnefFile): Attachment {
  const type = mimeTag.trim().toLowerCase();
  const fallback = isMessage ? 'application/ms-tnef' : 'application/octet-stream';
  return { filename: name, contentType: MEDIA_TYPE.test(type) ? type : fallback, content: () => content };
}

function openNested(file: TnefFile, budget: OpeningBudget, depth: number): readonly Attachment[] {
  const { files, body } = openTnef(file.content, budget, depth);
  const read = body?.();
  if (read === undefined || isBlank(read) || !budget.takeFile()) return files;
  const isHtml = read.html !== undefined;
  const content = Buffer.from(read.html ?? read.text ?? '');
  const filename = `${file.name || 'message'}.${isHtml ? 'html' : 'txt'}`;
  const contentType = isHtml ? 'text/html' : 'text/plain';
  return [{ filename, contentType, content: () => content }, ...files];
}

function bodyReader(message: TnefMessage, budget: OpeningBudget): OpenedTnef['body'] {
  const { text, html, compressedRtf } = message;
  const own = { text: text && normalised(text), html: html && normalised(html) };
  if (html !== undefined || compressedRtf === undefined) return isBlank(own) ? undefined : () => own;
  if (!budget.takeBytes(rtfSizeOf(compressedRtf))) return isBlank(own) ? undefined : () => own;
  return () => {
    const rtf = readRtfBody(decompressRtf(compressedRtf));
    const read = { text: own.text ?? rtf.text, html: rtf.html };
    return { text: read.text && normalised(read.text), html: read.html && normalised(read.html) };
  };
}
