import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { ArrivalSource, Envelope } from '../../../../shared/domain/arrival.ts';
import type { DataRequest } from '../../../../shared/domain/requests/data-request.ts';
import { PIECE_OVERLAP_BYTES } from '../../../../shared/mail/address-finder.ts';
import type { ByteRange } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { quarantineArrival } from '../../../../shared/usecases/filing/quarantine-arrival.ts';
import { removeLogged } from '../../../../shared/usecases/logged-item.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { quarantineItemKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeQuarantined } from '../../../../shared/usecases/purge-quarantined.ts';
import { listQuarantine, quarantinedItem } from '../../../../shared/usecases/reading/quarantine.ts';
import { isQuarantineLeft, listRequestedQuarantine } from '../../../../shared/usecases/requests/find-quarantined.ts';
import type { NewRequest } from '../../../../shared/usecases/requests/make-request.ts';
import { startFind } from '../../../../shared/usecases/requests/start-find.ts';
import { type RequestMail, requestMail } from './request-mail.ts';

const ADDRESSES = { scope: { addresses: ['ann@x.test'] } };

let mail: RequestMail;
beforeEach(async () => {
  mail = await requestMail([1], 'quarantine');
});

interface Unfiled {
  readonly envelope?: Envelope;
  readonly source?: ArrivalSource;
}

/** Puts bytes into quarantine; answers the id. */
async function quarantine(raw: string | Buffer, { envelope, source }: Unfiled = {}): Promise<string> {
  const facts = {
    receivedAt: mail.clock.now().toISOString(),
    source: source ?? ({ kind: 'journal', endpointIds: ['ep-other'] } as const),
    envelope: envelope ?? { mailFrom: '', rcptTo: [] },
  };
  const bytes = Buffer.from(raw);
  await quarantineArrival(mail.ports, { arrivalId: 'a-1', facts, raw: bytes }, 'not_a_message');
  mail.clock.advance(1_000);
  return (await listQuarantine(mail.ports, { limit: 1 })).items[0]?.id ?? '';
}

async function listed({ requestId }: DataRequest, ports: Pick<Ports, 'tables'> = mail.ports) {
  const { items } = await listRequestedQuarantine(ports, requestId, { limit: 100 });
  return items.map(({ id }) => id).toSorted();
}

async function findAgain({ kind, requestId }: DataRequest) {
  await startFind(mail.ports, kind, requestId);
  await mail.run();
}

const found = async (more: Partial<NewRequest> = ADDRESSES) => await listed(await mail.request(more));
const purge = (id: string) => purgeQuarantined(mail.ports, id, async () => true);

describe('what a request finds in quarantine', () => {
  test('names an address of its scope in the bytes or the envelope, as a whole', async () => {
    const inBytes = await quarantine(': broken\r\n\r\nand Ann@X.test is in it');
    const inEnvelope = await quarantine('nothing', { envelope: { mailFrom: 'ann@x.test', rcptTo: [] } });
    const encoded = await quarantine(Buffer.from('to ann@x.test').toString('base64'));
    await quarantine('bea.ann@x.test and ann@x.test.evil.test');
    await quarantine('nothing at all');
    const request = await mail.request(ADDRESSES);
    expect(await listed(request)).toEqual([inBytes, inEnvelope, encoded]);
    expect(request.found).toMatchObject({ messages: 1, quarantined: 3 });
    expect(await mail.outcome(request)).toBe('succeeded');
  });

  test('names any recipient of a long envelope', async () => {
    const rcptTo = [...Array.from({ length: 2_000 }, (_, number) => `r${number}@example.org`), 'ann@x.test'];
    const id = await quarantine('nothing', { envelope: { mailFrom: '', rcptTo } });
    expect((await quarantinedItem(mail.ports, id)).data.envelope.rcptTo).not.toContain('ann@x.test');
    expect(await found()).toEqual([id]);
  });

  test('is all of its period where it names no address', async () => {
    const before = await quarantine('one');
    const from = mail.clock.now().toISOString();
    const within = await quarantine('two');
    const to = mail.clock.now().toISOString();
    const after = await quarantine('three ann@x.test');
    expect(await found({ scope: { query: 'ann' } })).toEqual([before, within, after]);
    expect(await found({ scope: { from, to } })).toEqual([within]);
    expect(await found({ scope: { from, addresses: ['ann@x.test'] } })).toEqual([after]);
  });

  test('names an address of its mailboxes, or was to lie in one of them', async () => {
    const { mailboxId } = mail.ann;
    const named = await quarantine('to ann@x.test');
    const target = { mailboxId, folder: 'Inbox' };
    const fetched = {
      ...{ profileId: 'p-1', jobId: 'job-1', account: 'a', folder: 'INBOX', validity: '1', key: '1', target },
      ...{ flags: [], sizeBytes: 3 },
    };
    const fetchedFor = await quarantine('???', { source: { kind: 'fetch', endpointIds: [], fetched } });
    const { endpointId = '' } = (await mail.configuration.addresses.mailbox(mail.journal)) ?? {};
    const journaled = await quarantine('???', { source: { kind: 'journal', endpointIds: [endpointId] } });
    await quarantine('to bob@x.test');
    expect(await found({ scope: { mailboxes: [mailboxId] } })).toEqual([named, fetchedFor]);
    expect(await found({ scope: { mailboxes: [mail.journal] } })).toEqual([journaled]);
    expect(await found({ scope: { mailboxes: [mail.journal], ...ADDRESSES.scope } })).toEqual([named, journaled]);
  });

  test('is everything once nobody knows the addresses of a mailbox any more', async () => {
    const id = await quarantine('???');
    const request = await mail.request({ scope: { mailboxes: [mail.ann.mailboxId] } });
    expect(await listed(request)).toEqual([]);
    const item = await mail.ports.tables.get('configuration', { pk: 'mailbox', sk: mail.ann.mailboxId });
    if (item) await removeLogged(mail.ports, 'configuration', item);
    await findAgain(request);
    expect(await listed(request)).toEqual([id]);
  });

  test('is also what is missing or damaged', async () => {
    const missing = await quarantine('one');
    const damaged = await quarantine('two');
    const cut = await quarantine('three');
    await quarantine('four');
    const keyOf = async (id: string) => (await quarantinedItem(mail.ports, id)).data.key;
    const { archive } = mail.ports;
    await archive.delete(await keyOf(missing));
    await archive.put(await keyOf(damaged), Buffer.from('{"format":"of later"}\ntwo'));
    const { body } = (await archive.get(await keyOf(cut))) ?? { body: Buffer.of() };
    await archive.put(await keyOf(cut), body.subarray(0, -1));
    expect(await found()).toEqual([missing, damaged, cut]);
  });

  test('is nothing for a bulk deletion, which does not even count it', async () => {
    await quarantine('ann@x.test');
    const request = await mail.request({ kind: 'bulk-deletion', ...ADDRESSES });
    expect(await listed(request)).toEqual([]);
    expect(request).toMatchObject({ state: 'found', found: { messages: 1 } });
    expect(request.found).not.toHaveProperty('quarantined');
  });

  test('is looked through in pieces, whatever its size', async () => {
    const raw = Buffer.alloc(3_000_000, 'words of a large mail ');
    await quarantine(raw);
    const at = 1_048_576 - PIECE_OVERLAP_BYTES;
    const present: string[] = [];
    for (const offset of [at - 5, 1_048_570, 2_999_988]) present.push(await within(raw, offset));
    const sizes: number[] = [];
    const { archive } = mail.ports;
    const get = async (key: string, range?: ByteRange) => {
      const object = await archive.get(key, range);
      if (key.startsWith('quarantine/')) sizes.push(object?.body.length ?? 0);
      return object;
    };
    const request = await mail.make(ADDRESSES);
    await mail.run({ archive: { ...archive, get } });
    expect(await listed(request)).toEqual(present);
    expect(Math.max(...sizes)).toBe(1_048_576);
  });

  async function within(raw: Buffer, offset: number): Promise<string> {
    const named = Buffer.from(raw);
    named.write(' ann@x.test ', offset);
    return await quarantine(named);
  }
});

describe('finding again', () => {
  test('adds what is new, and takes away what was deleted or filed after all', async () => {
    const ids = [await quarantine('1 ann@x.test'), await quarantine('2 ann@x.test'), await quarantine('3 ann@x.test')];
    const [deleted = '', replayed = '', stays = ''] = ids;
    const request = await mail.request(ADDRESSES);
    expect(await listed(request)).toEqual(ids);
    await purge(deleted);
    await replay(replayed);
    // The list leaves it out at once; the counts are those of when it was looked for.
    expect(await listed(request)).toEqual([stays]);
    expect((await mail.now(request)).found).toMatchObject({ quarantined: 3 });
    const more = await quarantine('4 ann@x.test');
    await findAgain(request);
    expect(await listed(request)).toEqual([stays, more]);
    expect((await mail.now(request)).found).toMatchObject({ quarantined: 2 });
    expect(await isQuarantineLeft(mail.ports, request.requestId)).toBe(true);
    await purge(stays);
    await purge(more);
    expect(await isQuarantineLeft(mail.ports, request.requestId)).toBe(false);
    await findAgain(request);
    expect((await mail.now(request)).found).toMatchObject({ quarantined: 0 });
  });

  test('does not look again through what it has', async () => {
    const id = await quarantine('ann@x.test');
    const request = await mail.request(ADDRESSES);
    await mail.ports.archive.put((await quarantinedItem(mail.ports, id)).data.key, Buffer.from('changed'));
    const reads: string[] = [];
    const { archive } = mail.ports;
    const get = async (key: string) => {
      reads.push(key);
      return await archive.get(key);
    };
    await startFind(mail.ports, 'erasure', request.requestId);
    await mail.run({ archive: { ...archive, get } });
    expect(reads.filter((key) => key.startsWith('quarantine/'))).toEqual([]);
    expect(await listed(request)).toEqual([id]);
  });

  async function replay(id: string): Promise<void> {
    const item = await quarantinedItem(mail.ports, id);
    const data = { ...(await mail.ports.tables.get('activity', quarantineItemKey(id)))?.data, replayedAt: 'now' };
    await mail.ports.tables.put('activity', { ...item, version: item.version + 1, data });
  }
});

test('goes through quarantine in slices, after one that died, and twice at once with the same result', async () => {
  const ids = [];
  for (let number = 0; number < 11; number += 1) ids.push(await quarantine(`${number} ann@x.test`));
  await quarantine('nothing');
  const sliced = await mail.make(ADDRESSES);
  expect(await mail.run({}, () => false)).toBeGreaterThan(4);
  expect(await listed(sliced)).toEqual(ids);
  expect((await mail.now(sliced)).found).toMatchObject({ quarantined: 11 });
  const dying = await mail.make(ADDRESSES);
  let writes = 0;
  const { tables } = mail.ports;
  const putIfAbsent: typeof tables.putIfAbsent = async (table, item) => {
    if (item.pk.startsWith('requested-quarantine#')) writes += 1;
    if (writes > 6) throw new Error('dies');
    return await tables.putIfAbsent(table, item);
  };
  await expect(mail.run({ tables: { ...tables, putIfAbsent } })).rejects.toThrow('dies');
  await mail.run();
  expect(await listed(dying)).toEqual(ids);
  expect((await mail.now(dying)).found).toMatchObject({ quarantined: 11 });
  const twice = await mail.make(ADDRESSES);
  const slice = () => runJob(mail.ports, mail.tools, twice.jobIds[0] ?? '', () => false);
  for (let round = 0; round < 8; round += 1) await Promise.all([slice(), slice()]);
  expect(await listed(twice)).toEqual(ids);
  expect((await mail.now(twice)).found).toMatchObject({ quarantined: 11 });
});

test('a rebuild of the tables gives back what was found, without what has gone', async () => {
  const gone = await quarantine('1 ann@x.test');
  const stays = await quarantine('2 ann@x.test');
  const request = await mail.request(ADDRESSES);
  expect(await listed(request)).toEqual([gone, stays]);
  await purge(gone);
  const rebuilt = { ...mail.ports, tables: createMemoryTables() };
  // Quarantine is logged by whoever files it.
  const items = await mail.ports.tables.query('activity', 'quarantine', { limit: 10 });
  await mail.ports.log.append(items.items.map((item) => ({ table: 'activity', item })));
  await rebuildTables(rebuilt, mail.directory);
  expect(await listed(request, rebuilt)).toEqual([stays]);
});
