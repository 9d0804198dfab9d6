import { describe, expect, test } from 'vitest';
import { contentOf, largeAttachments, withCuts, withoutCuts } from '../../../shared/mail/attachment-cuts.ts';
import { readParts } from '../../../shared/mail/read-parts.ts';

const content = Buffer.from(Array.from({ length: 3_000 }, (_, index) => (index * 7919) % 256));
const THRESHOLD = 1_000;

function base64(lineLength: number, lineEnd: string): string {
  return (content.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? []).join(lineEnd);
}

function mailWith(body: string, encoding = 'base64'): Buffer {
  const part = `--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;
  const head = 'From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n';
  return Buffer.from(`${head}--b\r\n\r\ntext ${'long '.repeat(500)}\r\n${part}${part}--b--\r\nbehind`, 'latin1');
}

/** The attachments that are cut out of an arrival, and what it is after they were put back. */
function cutAndRestored(arrival: Buffer) {
  const found = largeAttachments(readParts(arrival), THRESHOLD);
  const contents = found.map((large) => contentOf(arrival, large));
  const cuts = found.map(({ offset, sizeBytes }, index) => {
    const lines = contents[index]?.base64;
    return { offset, sizeBytes, attachmentId: String(index), ...(lines && { base64: lines }) };
  });
  const rest = withoutCuts(arrival, cuts);
  const stored = contents.map((one) => Buffer.from(one.content));
  return { contents, rest, restored: withCuts(rest, cuts, stored), cuts, stored };
}

describe('large attachments', () => {
  test.each([
    { name: 'base64 in lines of 76', body: base64(76, '\r\n') },
    { name: 'base64 in lines of 60, line feeds only', body: base64(60, '\n') },
    { name: 'base64 in one line', body: base64(10_000, '') },
    { name: 'base64 with blank lines behind it', body: `${base64(76, '\r\n')}\r\n\r\n\r\n` },
  ])('are stored decoded and put back to the byte: $name', ({ body }) => {
    const arrival = mailWith(body);
    const { contents, rest, restored } = cutAndRestored(arrival);
    expect(contents).toHaveLength(2);
    for (const one of contents) expect(content.equals(one.content)).toBe(true);
    expect(rest.length).toBeLessThan(3_000);
    expect(restored?.equals(arrival)).toBe(true);
  });

  test.each([
    { name: 'base64 with a footer', body: `${base64(76, '\r\n')}\r\n-- list footer` },
    { name: 'base64 with a line of another length', body: `AAAA\r\n${base64(76, '\r\n')}` },
    { name: 'base64 with both line ends', body: base64(76, '\r\n').replace('\r\n', '\n') },
    { name: 'base64 with bits behind its end', body: `${base64(76, '\r\n').slice(0, -1)}/=` },
    { name: 'lines that are no multiple of four', body: base64(75, '\r\n') },
    { name: 'no transfer encoding', body: 'x'.repeat(2_000), encoding: '8bit' },
    { name: 'quoted-printable', body: 'x=3D'.repeat(500), encoding: 'quoted-printable' },
  ])('are stored as they stand where decoding would lose bytes: $name', ({ body, encoding }) => {
    const arrival = mailWith(body, encoding);
    const { contents, restored } = cutAndRestored(arrival);
    expect(contents.map((one) => one.base64)).toEqual([undefined, undefined]);
    expect(restored?.equals(arrival)).toBe(true);
  });

  test('are found in nested messages, and not in body text or below the threshold', () => {
    const inner = mailWith(base64(76, '\r\n')).toString('latin1');
    const nested = Buffer.from(`From: a@x.test\r\nContent-Type: message/rfc822\r\n\r\n${inner}`, 'latin1');
    const { contents, restored } = cutAndRestored(nested);
    expect(contents).toHaveLength(2);
    expect(restored?.equals(nested)).toBe(true);
    expect(largeAttachments(readParts(nested), 5_000)).toEqual([]);
  });

  test('that do not fit where they were cut out are noticed', () => {
    const { rest, cuts, stored } = cutAndRestored(mailWith(base64(76, '\r\n')));
    expect(withCuts(rest, cuts, stored.slice(1))).toBeUndefined();
    expect(withCuts(rest, cuts, [content, content.subarray(3)])).toBeUndefined();
    expect(withCuts(rest, cuts, [content, Buffer.concat([content, content])])).toBeUndefined();
    expect(withCuts(rest.subarray(0, 20), cuts, stored)).toBeUndefined();
  });
});
