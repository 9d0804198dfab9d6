import { describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../shared/adapters/memory/memory-tables.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { ByteBudget } from '../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../shared/usecases/filing/file-batch.ts';
import { SINGLE_INSTANCE_BYTES } from '../../../shared/usecases/filing/store-attachments.ts';
import { rebuildTables } from '../../../shared/usecases/maintenance/rebuild-tables.ts';
import { purgeMessage } from '../../../shared/usecases/purge-message.ts';
import { liveRecord, readStoredOriginal } from '../../../shared/usecases/reading/stored-original.ts';
import { createMemoryPorts } from './memory-ports.ts';

const attachment = Buffer.alloc(50_000, 'a contract that two people got ').toString('base64');

function letter(subject: string): Buffer {
  const fields = `From: a@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@x.test>\r\nSubject: ${subject}\r\n`;
  return Buffer.from(
    `${fields}Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment}\r\n`,
  );
}

/** An archive of these letters. */
async function archiveOf(letters: readonly Buffer[]) {
  const ports: Ports = createMemoryPorts('attachments');
  const { clock } = ports;
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'all' });
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  const receivedAt = clock.now().toISOString();
  const source = { kind: 'journal', endpointIds: [endpointId] } as const;
  const envelope = { mailFrom: '', rcptTo: [`${localPart}@journal.test`] };
  for (const raw of letters) {
    const nudge = await acceptArrival(ports, { receivedAt, source, envelope }, raw);
    expect(await fileBatch(context, new ByteBudget(1_000_000), [nudge])).toEqual([]);
  }
  return { ports, directory };
}

const idOf = (raw: Buffer) => readOriginal(raw)?.fingerprint ?? '';

async function read(ports: Ports, raw: Buffer): Promise<Buffer> {
  const { first } = await liveRecord(ports, idOf(raw));
  return (await readStoredOriginal(ports, idOf(raw), first)).original;
}

async function attachmentKeys({ archive }: Ports): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of archive.list('attachments/')) keys.push(key);
  return keys;
}

async function attachmentItems({ tables }: Ports) {
  const { items } = await tables.scan('messages', { limit: 1_000 });
  return items.filter(({ pk, sk }) => pk.startsWith('attachment#') || sk.startsWith('attachment#'));
}

describe('an attachment that two messages have', () => {
  const [one, two] = [letter('one'), letter('two')];

  test('is stored once, and each message comes back to the byte', async () => {
    const { ports } = await archiveOf([one, two]);
    expect(await attachmentKeys(ports)).toHaveLength(1);
    for (const raw of [one, two]) expect(raw.equals(await read(ports, raw))).toBe(true);
  });

  test('stays until the last message that has it is purged', async () => {
    const { ports } = await archiveOf([one, two]);
    expect(await purgeMessage(ports, idOf(one), async () => true)).toBe(true);
    expect(two.equals(await read(ports, two))).toBe(true);
    expect(await purgeMessage(ports, idOf(two), async () => true)).toBe(true);
    expect(await attachmentKeys(ports)).toHaveLength(0);
  });

  test('is known with its references after a rebuild from the bucket alone', async () => {
    const { ports, directory } = await archiveOf([one, two]);
    const rebuilt = { ...ports, tables: createMemoryTables() };
    await rebuildTables(rebuilt, directory);
    const order = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).sort();
    expect(order(await attachmentItems(rebuilt))).toEqual(order(await attachmentItems(ports)));
    expect((await attachmentItems(rebuilt)).length).toBe(5);
  });

  test('that is missing does not hide its messages from a rebuild', async () => {
    const { ports, directory } = await archiveOf([one, two]);
    const [first] = await attachmentKeys(ports);
    await ports.archive.delete(first ?? '');
    const rebuilt = { ...ports, tables: createMemoryTables() };
    const { counts } = await rebuildTables(rebuilt, directory);
    expect(counts).toMatchObject({ arrivals: 0, damaged: 2 });
    for (const raw of [one, two]) {
      const { summary, first: reference } = await liveRecord(rebuilt, idOf(raw));
      expect(summary).toEqual((await liveRecord(ports, idOf(raw))).summary);
      expect(reference).toEqual((await liveRecord(ports, idOf(raw))).first);
      await expect(read(rebuilt, raw)).rejects.toMatchObject({ code: 'damaged' });
    }
  });

  test('that is damaged is said to be damaged, never answered', async () => {
    const { ports } = await archiveOf([one]);
    for await (const { key } of ports.archive.list('attachments/')) {
      const object = await ports.archive.get(key);
      await ports.archive.put(key, Buffer.from(object?.body ?? []).fill(0, 20, 30));
    }
    await expect(read(ports, one)).rejects.toMatchObject({ code: 'damaged' });
  });
});
