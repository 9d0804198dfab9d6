import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { noDns } from '../../../../shared/adapters/system/no-dns.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { sweep } from '../../../../shared/usecases/maintenance/sweep.ts';
import { recordKey, verdictKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { message } from '../../mail/message.ts';
import { dkimSigned, newKey, recordsOf } from '../../mail/signed-mail.ts';
import { createSignaturesWorld } from './signatures-world.ts';

const key = newKey('example.org');
const zone = { txt: recordsOf(key) };
const plain = message({ From: 'a@example.org', Subject: 'plain' }, 'Hello\r\n');
let signed: Buffer;
let world: Awaited<ReturnType<typeof createSignaturesWorld>>;
let ports: (typeof world)['ports'];

beforeAll(async () => {
  signed = await dkimSigned(message({ From: 'a@example.org', Subject: 'signed' }, 'Hello\r\n'), key);
});
beforeEach(async () => {
  world = await createSignaturesWorld(zone);
  ({ ports } = world);
});

const pass = {
  kind: 'dkim',
  domain: 'example.org',
  selector: 'mail',
  result: 'pass',
  key: key.record,
  verifiedAt: '2026-03-01T10:00:00.000Z',
};
const withResult = (result: string) => [[expect.objectContaining({ result })]];

describe('a filed batch', () => {
  test('is announced once, with little, where mail in it is signed', async () => {
    await world.file(signed, plain, Buffer.concat([Buffer.from('Received: x\r\n'), signed]));
    expect(world.announced()).toHaveLength(1);
    expect(world.announced()[0]?.body.length).toBeLessThan(200);
    expect((await world.waiting())[0]?.data.arrivals).toHaveLength(2);
  });

  test('is not announced where nothing in it is signed', async () => {
    await world.file(plain);
    expect(world.announced()).toEqual([]);
    expect(await world.waiting()).toEqual([]);
  });

  test('is filed also where the queue fails, and found by the sweep', async () => {
    const { send } = ports.queue;
    ports.queue.send = async (queue, ...rest) => {
      if (queue === 'signatures') throw new StorageError('queue');
      return await send(queue, ...rest);
    };
    const [entry] = await world.file(signed);
    ports.queue.send = send;
    expect(await sweep(ports, ports.clock.now())).toMatchObject({ unverified: 1 });
    await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });
});

describe('the verdicts of an arrival', () => {
  test('are kept with the key, and listed; the batch is done then', async () => {
    const [entry] = await world.file(signed);
    expect(await world.verdicts(entry?.archiveId)).toEqual([undefined]);
    await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
    expect(await world.waiting()).toEqual([]);
  });

  test('stay what they were, delivered twice and after the key is gone', async () => {
    const [entry] = await world.file(signed);
    const [{ body = '' } = {}] = world.announced();
    const [unfinished] = await world.waiting();
    await world.deliver([body]);
    world.dns.zone = {};
    if (unfinished) await ports.tables.put('messages', unfinished);
    const asked = world.dns.asked.length;
    await world.deliver([body, body]);
    expect(world.dns.asked).toHaveLength(asked);
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });

  test('of two processes at once are those of one of them, in the table and in the log', async () => {
    const [entry] = await world.file(signed);
    const [{ body = '' } = {}] = world.announced();
    const [again] = await world.waiting();
    const racing = {
      ...ports.tables,
      putIfVersion: async (...call: Parameters<typeof ports.tables.putIfVersion>) => {
        const put = await ports.tables.putIfVersion(...call);
        if (call[1].sk === again?.sk && again) await ports.tables.put('messages', again);
        return put;
      },
    };
    await Promise.all([world.deliver([body], { tables: racing }), world.deliver([body], { tables: racing })]);
    const rebuilt = { ...ports, tables: createMemoryTables() };
    await rebuildTables(rebuilt, world.directory);
    const at = verdictKey(entry?.archiveId ?? '', entry?.arrivalId ?? '');
    expect(await rebuilt.tables.get('messages', at)).toEqual(await ports.tables.get('messages', at));
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });

  test('are there after a rebuild from the bucket alone', async () => {
    const [entry] = await world.file(signed);
    await world.deliverLast();
    ports.tables = createMemoryTables();
    await rebuildTables(ports, world.directory);
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });

  test('are given to an arrival of the very same bytes too, which has no object of its own', async () => {
    await world.file(signed);
    const [again] = await world.file(signed);
    expect(again?.outcome).toBe('duplicate');
    await world.deliver(world.announced().map(({ body }) => body));
    expect(await world.verdicts(again?.archiveId)).toEqual([[pass], [pass]]);
  });
});

describe('while DNS gives no answer', () => {
  const RETRIES = 4;

  test('an arrival comes again, later each time, and gets its verdict once DNS is back', async () => {
    world.dns.failure = 'silent';
    const [entry] = await world.file(signed);
    for (let attempt = 0; attempt < RETRIES; attempt += 1) await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual([undefined]);
    expect(world.announced().map(({ delaySeconds }) => delaySeconds)).toEqual([0, 60, 300, 900, 900]);
    world.dns.failure = undefined;
    await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult('pass'));
  });

  test('a nudge that comes again and again does not use up the attempts', async () => {
    world.dns.failure = 'silent';
    const [entry] = await world.file(signed);
    const [{ body = '' } = {}] = world.announced();
    for (let time = 0; time <= RETRIES; time += 1) await world.deliver([body, body]);
    expect(await world.verdicts(entry?.archiveId)).toEqual([undefined]);
    expect(world.announced()).toHaveLength(2);
    world.dns.failure = undefined;
    await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult('pass'));
  });

  test.each([
    ['silent', 'unknown'],
    ['refused', 'temperror'],
  ] as const)('and stays %s, the verdict is %s in the end', async (failure, result) => {
    world.dns.failure = failure;
    const [entry] = await world.file(signed);
    for (let attempt = 0; attempt <= RETRIES; attempt += 1) await world.deliverLast();
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult(result));
    expect(await world.waiting()).toEqual([]);
    expect(world.announced()).toHaveLength(1 + RETRIES);
  });

  test('only what it is needed for comes again', async () => {
    const broken = Buffer.from(signed.toString().replace('Hello', 'Hallo'));
    world.dns.failure = 'silent';
    const entries = await world.file(signed, broken);
    await world.deliverLast();
    expect(await world.verdicts(entries[1]?.archiveId)).toEqual(withResult('fail'));
    expect((await world.waiting())[0]?.data.arrivals).toMatchObject([{ arrivalId: entries[0]?.arrivalId }]);
  });

  test('and is switched off, the verdict is unknown at once', async () => {
    const [entry] = await world.file(signed);
    await world.deliverLast({ dns: noDns });
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult('unknown'));
    expect(world.announced()).toHaveLength(1);
  });

  test('the sweep leaves alone what waits for its time', async () => {
    world.dns.failure = 'silent';
    await world.file(signed);
    await world.deliverLast();
    expect(await sweep(ports, ports.clock.now())).toMatchObject({ unverified: 0 });
    ports.clock.advance(60_000);
    expect(await sweep(ports, ports.clock.now())).toMatchObject({ unverified: 1 });
  });
});

describe('a process that dies or fails', () => {
  test('of the storage has the message delivered again, which counts as no attempt', async () => {
    const [entry] = await world.file(signed);
    const failing = {
      ...ports.archive,
      get: async () => {
        throw new StorageError('get');
      },
    };
    for (let time = 0; time < 10; time += 1) expect(await world.deliverLast({ archive: failing })).toBe(1);
    expect(await world.deliverLast()).toBe(0);
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });

  test('of a message, each time, is not asked to verify it for ever', async () => {
    const [entry] = await world.file(signed);
    const [item] = await world.waiting();
    if (!item) throw new Error('nothing waits');
    await ports.tables.put('messages', { ...item, data: { ...item.data, attempts: 5 } });
    await world.deliverLast();
    expect(world.dns.asked).toEqual([]);
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult('unknown'));
  });

  test('of what a message holds is not repeated for ever', async () => {
    const [entry] = await world.file(signed);
    const failing = {
      ...world.dns,
      txt: async () => {
        throw new TypeError('of one message');
      },
    };
    for (let time = 0; time < 5; time += 1) expect(await world.deliverLast({ dns: failing })).toBe(1);
    expect(await world.deliverLast({ dns: failing })).toBe(0);
    expect(await world.verdicts(entry?.archiveId)).toEqual(withResult('unknown'));
    expect(await world.waiting()).toEqual([]);
  });

  test('before the verdict is logged verifies it again: none stands that a rebuild would lose', async () => {
    const [entry] = await world.file(signed);
    const dying = {
      append: async () => {
        throw new StorageError('log');
      },
    };
    expect(await world.deliverLast({ log: dying })).toBe(1);
    expect(await world.verdicts(entry?.archiveId)).toEqual([undefined]);
    expect(await world.deliverLast()).toBe(0);
    ports.tables = createMemoryTables();
    await rebuildTables(ports, world.directory);
    expect(await world.verdicts(entry?.archiveId)).toEqual([[pass]]);
  });
});

describe('a message that is purged meanwhile', () => {
  test('gets no verdict, and its purge none to wait for', async () => {
    const [{ archiveId = '', arrivalId = '' } = {}] = await world.file(signed);
    expect(await purgeMessage(ports, archiveId, async () => true)).toBe(true);
    await world.deliverLast();
    expect(await ports.tables.get('messages', verdictKey(archiveId, arrivalId))).toBeUndefined();
    expect(await world.waiting()).toEqual([]);
  });

  test('waits while that is not decided', async () => {
    const [{ archiveId = '' } = {}] = await world.file(signed);
    const record = await ports.tables.get('messages', recordKey(archiveId));
    if (!record) throw new Error('no record');
    await ports.tables.put('messages', { ...record, data: { ...record.data, state: 'purging' } });
    await world.deliverLast();
    expect(await world.waiting()).toHaveLength(1);
    await ports.tables.put('messages', record);
    await world.deliverLast();
    expect(await world.verdicts(archiveId)).toEqual(withResult('pass'));
  });

  test('and comes again, has verdicts of its new generation alone', async () => {
    const [first] = await world.file(signed);
    await world.deliverLast();
    await purgeMessage(ports, first?.archiveId ?? '', async () => true);
    ports.clock.advance(1_000);
    const [second] = await world.file(signed);
    expect(second?.archiveId).toBe(`${first?.archiveId}.2`);
    expect(await world.verdicts(second?.archiveId)).toEqual([undefined]);
    await world.deliverLast();
    expect(await world.verdicts(second?.archiveId)).toMatchObject([
      [{ result: 'pass', verifiedAt: '2026-03-01T10:00:01.000Z' }],
    ]);
  });
});
