import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_OPENED_FILES, MAX_OPENING_DEPTH, MAX_SIGNED_CONTENTS } from '../../../shared/mail/opening-budget.ts';
import { readAttachment } from '../../../shared/mail/read-attachment.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { viewOriginal } from '../../../shared/mail/view-original.ts';
import { signedEntity, tnefFile, tnefStream, winmail } from './containers.ts';
import { header, multipart } from './message.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/mail');
const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith('.eml'));

/** A message whose body has a header section of its own. */
function mailOf(entity: string): Buffer {
  return Buffer.from(`${header()}${entity}`, 'latin1');
}

function mixed(...parts: readonly string[]): Buffer {
  return mailOf(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${multipart('b', ...parts)}`);
}

function signedTimes(times: number, entity: string): string {
  let signed = entity;
  for (let layer = 0; layer < times; layer++) signed = signedEntity(signed);
  return signed;
}

async function typesIn(bytes: Buffer): Promise<string[]> {
  return (await viewOriginal(bytes)).attachments.map(({ contentType }) => contentType);
}

describe('the attachments of a view', () => {
  test.each(fixtures)('of %s are those to download, and as many as are counted at filing', async (file) => {
    const bytes = readFileSync(join(FIXTURES, file));
    const { attachments } = await viewOriginal(bytes);
    for (const { index, filename, contentType, sizeBytes } of attachments) {
      const { content, ...facts } = readAttachment(bytes, index) ?? { content: new Uint8Array() };
      expect({ ...facts, sizeBytes: content.byteLength }).toEqual({ filename, contentType, sizeBytes });
    }
    expect(readAttachment(bytes, attachments.length)).toBeUndefined();
    const facts = readOriginal(bytes);
    if (facts) expect(facts.attachmentCount).toBe(attachments.length);
  });

  test('of winmail.dat come right behind it, with their bytes', () => {
    const bytes = mixed(
      winmail(tnefStream(tnefFile('a.bin', Buffer.from('first')))),
      'Content-Type: image/gif\r\n\r\nx',
    );
    expect(Buffer.from(readAttachment(bytes, 1)?.content ?? []).toString()).toBe('first');
    expect(readAttachment(bytes, 2)?.contentType).toBe('image/gif');
  });
});

describe('hostile mail', () => {
  const leaf = 'Content-Type: image/gif\r\n\r\nx';

  test('is opened to a depth and no further', async () => {
    const deepest = await typesIn(mailOf(signedTimes(MAX_OPENING_DEPTH, leaf)));
    expect(deepest).toHaveLength(MAX_OPENING_DEPTH + 1);
    expect(deepest.at(-1)).toBe('image/gif');
    const tooDeep = await typesIn(mailOf(signedTimes(MAX_OPENING_DEPTH + 1, leaf)));
    expect(tooDeep).toHaveLength(MAX_OPENING_DEPTH + 1);
    expect(tooDeep.at(-1)).toBe('application/pkcs7-mime');
  });

  test('shares the depth among containers of all kinds', async () => {
    const innermost = tnefStream(tnefFile('a.bin', Buffer.from('x')));
    const inner = signedTimes(MAX_OPENING_DEPTH - 1, winmail(innermost));
    expect((await typesIn(mailOf(inner))).at(-1)).toBe('application/octet-stream');
    expect((await typesIn(mailOf(signedEntity(inner)))).at(-1)).toBe('application/ms-tnef');
  });

  test('has TNEF within TNEF opened to the same depth', async () => {
    let stream = tnefStream(tnefFile('a.bin', Buffer.from('x')));
    for (let layer = 0; layer < 50; layer++) stream = tnefStream(tnefFile('winmail.dat', stream));
    expect(await typesIn(mixed(winmail(stream)))).toHaveLength(MAX_OPENING_DEPTH + 1);
  });

  test('has only so many signed contents opened', async () => {
    const parts = Array.from({ length: MAX_SIGNED_CONTENTS + 5 }, () => signedEntity(leaf));
    const types = await typesIn(mixed(...parts));
    expect(types.filter((type) => type === 'image/gif')).toHaveLength(MAX_SIGNED_CONTENTS);
  });

  test('has only so many files taken out of its text; the rest stays text', async () => {
    const files = 'begin 644 a\n!80\n`\nend\n'.repeat(MAX_OPENED_FILES + 5);
    const { attachments, text } = await viewOriginal(mailOf(`Content-Type: text/plain\r\n\r\n${files}`));
    expect(attachments).toHaveLength(MAX_OPENED_FILES);
    expect(text.split('begin 644')).toHaveLength(6);
  });

  test('with 10,000 parts is shown', async () => {
    const parts = Array.from({ length: 10_000 }, (_, index) => `Content-Type: image/gif; name=${index}.gif\r\n\r\nx`);
    const bytes = mixed('Content-Type: text/plain\r\n\r\nstill here', ...parts);
    const { text, attachments } = await viewOriginal(bytes);
    expect(text).toBe('still here');
    expect(attachments).toHaveLength(10_000);
    expect(readAttachment(bytes, 9_999)?.filename).toBe('9999.gif');
  });

  test('with a field of 1 MB is shown', async () => {
    const bytes = mailOf(`X-Long: ${'x'.repeat(1_000_000)}\r\nContent-Type: text/plain\r\n\r\nstill here`);
    expect((await viewOriginal(bytes)).text).toBe('still here');
    expect(readOriginal(bytes)?.subject).toBe('Plan');
  });

  test('with a filename of 1 MB is shown', async () => {
    const bytes = mixed(`Content-Type: image/gif; name="${'x'.repeat(1_000_000)}"\r\n\r\nx`);
    expect((await viewOriginal(bytes)).attachments).toHaveLength(1);
  });

  test('made of the beginnings of files stays text', async () => {
    const lines = `${'begin 644 a\n'.repeat(50_000)}${'=ybegin line=1 size=1 name=a\n'.repeat(50_000)}`;
    const { attachments, truncated } = await viewOriginal(mailOf(`Content-Type: text/plain\r\n\r\n${lines}`));
    expect(attachments).toEqual([]);
    expect(truncated).toBe(true);
  });
});
