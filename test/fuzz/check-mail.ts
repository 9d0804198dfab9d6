import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import type { ArrivalHeader } from '../../shared/domain/arrival.ts';
import type { ArrivalRules } from '../../shared/domain/arrival-reading.ts';
import { type AttachmentCut, attachmentIdOf, type LargeAttachment } from '../../shared/domain/attachment.ts';
import { contentOf, withCuts, withoutCuts } from '../../shared/mail/attachment-cuts.ts';
import { carriedBy } from '../../shared/mail/carrier.ts';
import { readArrival } from '../../shared/mail/read-arrival.ts';
import { readAttachment } from '../../shared/mail/read-attachment.ts';
import { readOriginal } from '../../shared/mail/read-original.ts';
import { redactBcc } from '../../shared/mail/redact-bcc.ts';
import { canBeBase, decodeArrival, encodeArrival, openArrival, originalIn } from '../../shared/mail/stored-arrival.ts';
import { decodeAttachment, encodeAttachment } from '../../shared/mail/stored-attachment.ts';
import { viewOriginal } from '../../shared/mail/view-original.ts';

/** Each takes the mail apart anew: of thousands of attachments, the first and the last are enough. */
const MAX_ATTACHMENTS = 8;
const KEY = 'messages/ab/fuzz/fuzz';

/** From so few bytes on attachments are cut out: far fewer than filing takes, so that most mails have some. */
const RULES: ArrivalRules = { journalDomain: 'journal.test', singleInstanceBytes: 200 };

/**
 * Does with an arrival what filing and viewing do with it. Throws where anything throws, reads other than
 * the same again, or changes a byte; `base` is an arrival that it may be compressed against.
 */
export async function checkMail(arrival: Buffer, base: Buffer): Promise<void> {
  const before = Buffer.from(arrival);
  const read = readArrival(arrival, RULES);
  assert.deepEqual(readArrival(Buffer.from(arrival), RULES), read, 'the arrival reads other than before');
  const { offset, bytes } = carriedBy(arrival, (address) => address.endsWith('@journal.test'));
  assert(bytes.equals(arrival.subarray(offset, offset + bytes.length)), 'the original is no slice of the arrival');
  const facts = readOriginal(bytes);
  checkStored(
    arrival,
    { offset, sizeBytes: bytes.length, contentHash: hash('sha256', bytes) },
    read?.large ?? [],
    base,
  );
  await checkView(bytes, facts?.attachmentCount);
  checkRedaction(bytes);
  assert(arrival.equals(before), 'the arrival was changed');
}

function checkStored(
  arrival: Buffer,
  original: ArrivalHeader['original'],
  large: readonly LargeAttachment[],
  base: Buffer,
): void {
  const stored = new Map<string, Buffer>();
  const cuts = large.map((found): AttachmentCut => {
    const { content, base64 } = contentOf(arrival, found);
    const attachmentId = attachmentIdOf(hash('sha256', content), 1);
    stored.set(attachmentId, encodeAttachment(content));
    return { offset: found.offset, sizeBytes: found.sizeBytes, attachmentId, ...(base64 && { base64 }) };
  });
  const header: ArrivalHeader = {
    format: 1,
    receivedAt: '2026-11-21T10:00:00.000Z',
    source: { kind: 'journal', endpointIds: ['ep-fuzz'] },
    envelope: { mailFrom: '', rcptTo: ['j@journal.test'] },
    filedAt: '2026-11-21T10:00:00.000Z',
    original,
    filings: [],
    cuts,
  };
  const rest = withoutCuts(arrival, cuts);
  const opened = openArrival(KEY, encodeArrival(header, rest));
  assert.deepEqual(opened.header, header, 'the header comes back changed');
  const contents = cuts.map(({ attachmentId }) =>
    decodeAttachment(KEY, attachmentId, present(stored.get(attachmentId))),
  );
  const whole = withCuts(decodeArrival(KEY, opened), opened.header.cuts ?? [], contents);
  assert(whole, 'the attachments do not fit where they were cut out');
  assert(whole.equals(arrival), 'the arrival comes back changed');
  assert.equal(hash('sha256', originalIn({ header, arrival: whole })), original.contentHash);
  if (!canBeBase(base, rest)) return;
  const based = openArrival(KEY, encodeArrival({ ...header, base: 'first' }, rest, base));
  assert(decodeArrival(KEY, based, base).equals(rest), 'the arrival comes back changed from its base');
}

function present(bytes: Buffer | undefined): Buffer {
  assert(bytes, 'an attachment is missing');
  return bytes;
}

async function checkView(original: Buffer, attachmentCount: number | undefined): Promise<void> {
  const { attachments } = await viewOriginal(original);
  if (attachmentCount !== undefined) assert.equal(attachments.length, attachmentCount, 'attachments are counted wrong');
  const looked = [...attachments.slice(0, MAX_ATTACHMENTS), ...attachments.slice(MAX_ATTACHMENTS).slice(-1)];
  for (const { index, sizeBytes, filename, contentType } of looked) {
    const read = readAttachment(original, index);
    assert.deepEqual([read?.content.byteLength, read?.filename, read?.contentType], [sizeBytes, filename, contentType]);
  }
  assert.equal(readAttachment(original, attachments.length), undefined, 'there is an attachment more than shown');
}

function checkRedaction(original: Buffer): void {
  const { bytes, isRedacted } = redactBcc(original, new Set(['a@b.test']));
  if (!isRedacted) assert(bytes.equals(original), 'an original without blind copies is redacted');
  // Of a message that had Bcc fields only, the body is read as a header afterwards: it was for everybody before.
  const blind = readOriginal(original)?.bcc.map(({ address }) => address) ?? [];
  const left = readOriginal(bytes)?.bcc.filter(({ address }) => blind.includes(address)) ?? [];
  for (const { address } of left) assert.equal(address.toLowerCase(), 'a@b.test', 'a blind copy is left');
}
