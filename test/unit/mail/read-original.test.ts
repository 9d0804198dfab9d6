import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { message, multipart } from './message.ts';

describe('readOriginal', () => {
  test('tells what the header section says', () => {
    const bytes = message(
      {
        Received: 'from a\r\n\tby b; now',
        'Delivered-To': 'bob@example.net',
        Subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n an alle',
        Sender: 'office@example.org',
        To: 'bob@example.net, Carol <carol@example.com>',
        Cc: 'Team: dan@example.net;',
        Bcc: 'eve@example.net',
        'Resent-From': 'frank@example.net',
        'Resent-Sender': 'grace@example.net',
        'Resent-To': 'heidi@example.net',
        'Resent-Cc': 'ivan@example.net',
      },
      'x',
    );
    expect(readOriginal(bytes)).toEqual({
      contentHash: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      fingerprint: expect.stringMatching(/^1-[0-9a-f]{64}$/),
      anomalies: [],
      messageId: '<1@example.org>',
      date: new Date('2026-01-01T11:00:00Z'),
      from: [{ name: 'Ann', address: 'ann@example.org' }],
      sender: [{ address: 'office@example.org' }],
      to: [{ address: 'bob@example.net' }, { name: 'Carol', address: 'carol@example.com' }],
      cc: [{ address: 'dan@example.net' }],
      bcc: [{ address: 'eve@example.net' }],
      resentFrom: [{ address: 'frank@example.net' }, { address: 'grace@example.net' }],
      resentTo: [{ address: 'heidi@example.net' }, { address: 'ivan@example.net' }],
      isSigned: false,
      subject: 'Grüße an alle',
      attachmentCount: 0,
      trace: [
        { name: 'received', value: 'from a by b; now' },
        { name: 'delivered-to', value: 'bob@example.net' },
      ],
    });
  });

  test('leaves out what is missing or empty', () => {
    const facts = readOriginal(Buffer.from('Message-ID:\r\nDate: never\r\n\r\n'));
    expect(facts).not.toHaveProperty('messageId');
    expect(facts).not.toHaveProperty('date');
    expect(facts).toMatchObject({ from: [], to: [], subject: '', trace: [] });
  });

  test.each([
    ['nothing', ''],
    ['a note', 'This is no mail.\n'],
    ['a body alone', '\r\nSubject is not here.\r\n'],
    ['an mbox line alone', 'From ann@example.org Thu Jan  1 12:00:00 2026\n'],
    ['binary', '\x00\x01\x02\xff\xfe: x'],
    ['a colon without a name', ': x\r\n'],
    ['a name with blanks', 'see here: x\r\n'],
  ])('takes %s for no message', (_, text) => expect(readOriginal(Buffer.from(text, 'latin1'))).toBeUndefined());

  test('takes bytes that are a view of something larger', () => {
    const bytes = message({}, 'x');
    const padded = Buffer.concat([Buffer.from('padding'), bytes, Buffer.from('padding')]);
    expect(readOriginal(padded.subarray(7, 7 + bytes.length))).toEqual(readOriginal(bytes));
  });

  test('reads a field of 1 MB and 10,000 recipients', () => {
    const to = Array.from({ length: 10_000 }, (_, index) => `user${index}@example.net`).join(',\r\n ');
    const facts = readOriginal(message({ To: to, 'X-Large': 'x'.repeat(1024 * 1024) }, 'x'));
    expect(facts?.to).toHaveLength(10_000);
    expect(facts?.anomalies).toEqual([]);
  });

  test.each([
    ['text is no attachment', '\r\nx', 0],
    ['HTML is no attachment', 'Content-Type: text/html\r\n\r\nx', 0],
    ['text with a name is', 'Content-Type: text/plain; name=a.txt\r\n\r\nx', 1],
    ['text to be attached is', 'Content-Disposition: attachment\r\n\r\nx', 1],
    ['other text is', 'Content-Type: text/calendar\r\n\r\nx', 1],
    ['an inline image is', 'Content-Type: image/gif\r\nContent-Disposition: inline\r\n\r\nx', 1],
    ['a nested message is one', `Content-Type: message/rfc822\r\n\r\nContent-Type: image/gif\r\n\r\nx`, 1],
  ])('counts attachments: %s', (_, part, expected) => {
    const bytes = message({ 'Content-Type': 'multipart/mixed; boundary=b' }, multipart('b', part));
    expect(readOriginal(bytes)?.attachmentCount).toBe(expected);
  });
});
