import { describe, expect, test } from 'vitest';
import { createReaderProcess } from '../../../shared/adapters/processes/reader-process.ts';
import { UnreadableError } from '../../../shared/errors.ts';
import { inProcessReader } from '../../../shared/usecases/in-process-reader.ts';

const rules = { journalDomain: 'journal.test', singleInstanceBytes: 100 };
const mail = (body: string) => Buffer.from(`From: a@x.test\r\nSubject: s\r\n\r\n${body}\r\n`);

function deadlyReader(limits = {}) {
  return createReaderProcess(new URL('../../system/deadly-reader.ts', import.meta.url), {
    heapMegabytes: 64,
    ...limits,
  });
}

describe('a reader in a process', () => {
  test('answers as one in the process does', async () => {
    const reader = deadlyReader();
    const bytes = mail('text');
    expect(await reader.readArrival(bytes, rules)).toEqual(await inProcessReader.readArrival(bytes, rules));
    expect(await reader.viewOriginal(bytes)).toEqual(await inProcessReader.viewOriginal(bytes));
    expect(await reader.readAttachment(bytes, 0)).toBeUndefined();
    expect(bytes.toString()).toContain('text');
  });

  test('hands over an attachment without the mail around it', async () => {
    const nested = 'Subject: small\r\n\r\nx';
    const attached = `--b\r\nContent-Type: message/rfc822\r\n\r\n${nested}\r\n--b\r\n\r\n${'large '.repeat(10_000)}\r\n--b--`;
    const bytes = Buffer.from(`From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${attached}`);
    const content = (await deadlyReader().readAttachment(bytes, 0))?.content;
    expect(Buffer.from(content ?? []).toString()).toBe(nested);
    expect(content?.buffer.byteLength).toBeLessThan(1_000);
  });

  test.each(['takes all memory', 'throws', 'ends the process'])(
    'fails alone with mail that %s, and reads what waited behind it',
    async (death) => {
      const reader = deadlyReader();
      const read = (body: string) => reader.readArrival(mail(body), rules);
      const results = await Promise.allSettled([
        read('before'),
        read(death),
        read('behind'),
        read(death),
        read('last'),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(UnreadableError);
      }
    },
  );

  test('that cannot be started blames no mail: each may come again', async () => {
    const reader = createReaderProcess(new URL('./no-such-reader.ts', import.meta.url));
    const results = await Promise.allSettled([
      reader.readArrival(mail('one'), rules),
      reader.readArrival(mail('two'), rules),
    ]);
    for (const result of results) expect(result).toMatchObject({ status: 'rejected', reason: { retryable: true } });
  });

  test('gives up on mail that is read for ever', async () => {
    const reader = deadlyReader({ readSeconds: 0.5 });
    const results = await Promise.allSettled([
      reader.readArrival(mail('goes on for ever'), rules),
      reader.readArrival(mail('behind'), rules),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });
});
