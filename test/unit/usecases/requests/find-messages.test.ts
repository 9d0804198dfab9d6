import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { StorageError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { restrictMessage } from '../../../../shared/usecases/filings/restrict-message.ts';
import { cancelJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { sweep } from '../../../../shared/usecases/maintenance/sweep.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { amendRequest } from '../../../../shared/usecases/requests/amend-request.ts';
import { chooseAction } from '../../../../shared/usecases/requests/choose-action.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { requestItem } from '../../../../shared/usecases/requests/request-book.ts';
import { listRequested, requestedItem } from '../../../../shared/usecases/requests/requested-messages.ts';
import { startFind } from '../../../../shared/usecases/requests/start-find.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { letter } from '../search/index/index-world.ts';
import { type RequestMail, requestMail } from './request-mail.ts';

const FIVE = [1, 2, 3, 4, 5];
const NONE = { free: 0, legalHold: 0, underRetention: 0, objectLocked: 0, undecided: 0 };
let mail: RequestMail;

beforeEach(async () => {
  mail = await requestMail(FIVE);
});

const ids = (...numbers: readonly number[]) => numbers.map(mail.id).toSorted();
const idsOf = (items: readonly { readonly archiveId: string }[]) => items.map(({ archiveId }) => archiveId);
const purge = (number: number) => purgeMessage(mail.ports, mail.id(number), async () => true);

describe('finding messages', () => {
  test('has each once, with all the mailboxes that it was found in, free as nothing keeps it', async () => {
    const request = await mail.request();
    const items = await mail.found(request);
    expect(idsOf(items)).toEqual(ids(...FIVE));
    const mailboxIds = [mail.journal, mail.ann.mailboxId, mail.bob.mailboxId].toSorted();
    for (const item of items) {
      expect(item).toMatchObject({ mailboxIds, action: 'purge', state: 'waiting', foundAt: item.decidedAt });
      expect(item).not.toHaveProperty('block');
    }
    const bytes = items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(request).toMatchObject({ state: 'found', found: { ...NONE, messages: 5, bytes, free: 5 } });
    expect(await mail.outcome(request)).toBe('succeeded');
  });

  test('goes only where its scope says', async () => {
    const request = await mail.request({ scope: { mailboxes: [mail.bob.mailboxId], query: 'subject:"letter 3"' } });
    expect(await mail.found(request)).toMatchObject([{ archiveId: mail.id(3), mailboxIds: [mail.bob.mailboxId] }]);
  });

  test.each([
    ['whose address ends in it', 'Bea <bea.ann@x.test>', 0],
    ['whose address begins with it', '<ann@x.test.evil.test>', 0],
    ['whose name is called so', '"ann@x.test" <bea@x.test>', 0],
    ['at it with a sub-address, if the search finds that', '<ann@x.test>, <ann+list@x.test>', 1],
    ['at it in other letters', '<ANN@X.Test>', 1],
    ['at it in quotation marks', '<"ann"@x.test>', 1],
    ['at it among others', 'Bea <bea.ann@x.test>, "A < B" <ann@x.test>', 1],
  ])('by an address is about nobody else: someone %s', async (_who, from, found) => {
    const { bob } = mail;
    await mail.file(Buffer.from(letter(8).toString().replace('Ann <ann@x.test>', from)));
    await mail.indexAll();
    const scope = { addresses: ['ann@x.test'], query: 'subject:"letter 8"' };
    expect(await mail.found(await mail.request({ scope }))).toHaveLength(found);
    const orMailbox = { ...scope, mailboxes: [bob.mailboxId] };
    const [item] = await mail.found(await mail.request({ scope: orMailbox }));
    expect(item?.mailboxIds.includes(mail.journal)).toBe(found === 1);
    expect(item?.mailboxIds).toContain(bob.mailboxId);
  });

  test('says of each what keeps it, and the counts add up', async () => {
    const { ports } = mail;
    const { holdId } = await mail.hold({ query: 'subject:"letter 2"' });
    const until = new Date('2031-01-01T00:00:00.000Z');
    await lock(4, until);
    await damage(5);
    await mail.write(6);
    mail.clock.advance(400 * 24 * 60 * 60_000);
    const policy = await createPolicy(ports, {
      name: 'recent',
      priority: 1,
      conditions: { sources: ['journal'] },
      minimum: { years: 1 },
      countedFrom: 'archived',
    });
    await mail.write(7);
    const request = await mail.request();
    const blocks = new Map((await mail.found(request)).map(({ archiveId, block }) => [archiveId, block]));
    const until2028 = expect.stringContaining('2028-04');
    expect([...FIVE, 6, 7].map((number) => blocks.get(mail.id(number)))).toEqual([
      undefined,
      { reason: 'legal_hold', holdIds: [holdId] },
      undefined,
      { reason: 'object_locked', until: until.toISOString() },
      { reason: 'undecided' },
      undefined,
      {
        reason: 'under_retention',
        until: until2028,
        policies: [{ policyId: policy.policyId, version: 1, name: 'recent' }],
      },
    ]);
    const counts = { free: 3, legalHold: 1, underRetention: 1, objectLocked: 1, undecided: 1 };
    expect(request.found).toMatchObject({ ...counts, messages: 7 });
  });

  test('finds mail that is restricted, and private', async () => {
    await restrictMessage(mail.ports, mail.id(2), 'erasure-1');
    await mail.changeFilings(
      { archiveId: mail.id(3), mailboxId: mail.ann.mailboxId },
      { private: { by: 'u', at: '' } },
    );
    await mail.indexAll();
    expect(idsOf(await mail.found(await mail.request()))).toEqual(ids(...FIVE));
  });

  test('ends as failed where a part of the index cannot be searched, and can be asked for again', async () => {
    const request = await mail.make();
    const { workers } = mail.search;
    mail.tools.search = { ...workers, run: () => Promise.reject(new StorageError('search')) };
    await mail.run();
    expect(await mail.outcome(request)).toBe('failed');
    expect(await mail.now(request)).toMatchObject({ state: 'finding' });
    mail.tools.search = workers;
    await startFind(mail.ports, 'erasure', request.requestId);
    await mail.run();
    expect(await mail.now(request)).toMatchObject({ state: 'found', found: { messages: 5 } });
  });

  test('goes on in slices, and what is said of the request meanwhile stays', async () => {
    mail = await requestMail(Array.from({ length: 70 }, (_, number) => number + 1));
    const request = await mail.make();
    let asked = 0;
    const slices = await mail.run({}, () => {
      asked += 1;
      return false;
    });
    await amendRequest(mail.ports, 'erasure', request.requestId, { name: 'Ann Smith' });
    expect(slices).toBeGreaterThan(4);
    expect(asked).toBeGreaterThan(4);
    expect(await mail.now(request)).toMatchObject({
      name: 'Ann Smith',
      state: 'found',
      found: { messages: 70, free: 70 },
    });
    expect(new Set(idsOf(await mail.found(request))).size).toBe(70);
  });

  test.each([
    { what: 'log', nths: [1] },
    { what: 'item', nths: [1, 2, 3, 9] },
    { what: 'checkpoint', nths: [1, 2] },
    { what: 'request', nths: [1] },
  ] as const)('a slice that dies before it writes the $what is repeated, and the result is the same', async (death) => {
    const request = await mail.make();
    for (const nth of death.nths) {
      await expect(mail.run(dying(death.what, nth), () => false)).rejects.toThrow('dies');
    }
    await mail.run({}, () => false);
    expect(await mail.now(request)).toMatchObject({ state: 'found', found: { messages: 5, free: 5 } });
    const items = await mail.found(request);
    expect(idsOf(items)).toEqual(ids(...FIVE));
    expect(items.every(({ mailboxIds }) => mailboxIds.length === 3)).toBe(true);
    await sweep(mail.ports, mail.clock.now());
    const rebuilt = { ...mail.ports, tables: createMemoryTables() };
    await rebuildTables(rebuilt, mail.directory);
    expect(idsOf(await mail.found(request, rebuilt))).toEqual(ids(...FIVE));
  });

  test('by one job that is delivered twice at once gives the same', async () => {
    const request = await mail.make();
    const slice = () => runJob(mail.ports, mail.tools, request.jobIds[0] ?? '', () => false);
    for (let round = 0; round < 4; round += 1) await Promise.all([slice(), slice()]);
    expect(await mail.now(request)).toMatchObject({ state: 'found', found: { messages: 5, free: 5 } });
    const items = await mail.found(request);
    expect(idsOf(items)).toEqual(ids(...FIVE));
    expect(items.every(({ mailboxIds }) => mailboxIds.length === 3)).toBe(true);
  });

  test('leaves out what was purged before it was looked at, and says so of what was found before', async () => {
    await purge(2);
    const request = await mail.request();
    expect(idsOf(await mail.found(request))).toEqual(ids(1, 3, 4, 5));
    await purge(3);
    await startFind(mail.ports, 'erasure', request.requestId);
    await mail.run();
    expect(await mail.now(request)).toMatchObject({ found: { messages: 3, free: 3 } });
    expect((await requestedItem(mail.ports, request.requestId, mail.id(3))).data).toMatchObject({ state: 'gone' });
    const { items } = await listRequested(mail.ports, request, { limit: 10 });
    const shown = new Map(items.map(({ archiveId, summary }) => [archiveId, summary?.subject]));
    expect(shown.get(mail.id(1))).toBe('letter 1');
    expect(shown.get(mail.id(3))).toBeUndefined();
  });

  test('again adds what is new, decides again, and leaves what people chose', async () => {
    const request = await mail.request();
    const { requestId } = request;
    const choice = { action: 'keep', reason: 'needed', by: 'admin' } as const;
    await chooseAction(mail.ports, 'erasure', requestId, mail.id(1), choice);
    await mail.write(6);
    const { holdId } = await mail.hold({ query: 'subject:"letter 2"' });
    mail.clock.advance(1_000);
    await startFind(mail.ports, 'erasure', requestId);
    expect(await mail.now(request)).toMatchObject({ state: 'finding' });
    await mail.run();
    const items = new Map((await mail.found(request)).map((item) => [item.archiveId, item]));
    expect(items.size).toBe(6);
    expect(items.get(mail.id(1))).toMatchObject({ action: 'keep', chosen: { by: 'admin', reason: 'needed' } });
    expect(items.get(mail.id(2))).toMatchObject({
      action: 'purge',
      block: { reason: 'legal_hold', holdIds: [holdId] },
    });
    expect(await mail.now(request)).toMatchObject({ state: 'found', found: { messages: 6, free: 5, legalHold: 1 } });
  });

  test('that was cancelled leaves the request to be found again; so does the close of it', async () => {
    const request = await mail.make();
    await cancelJob(mail.ports, request.jobIds[0] ?? '');
    await mail.run();
    expect(await mail.outcome(request)).toBe('cancelled');
    expect(await mail.now(request)).toMatchObject({ state: 'finding' });
    await startFind(mail.ports, 'erasure', request.requestId);
    await closeRequest(mail.ports, 'erasure', request.requestId, { by: 'admin', reason: 'withdrawn' });
    await mail.run();
    expect(await mail.now(request)).toMatchObject({ state: 'closed', closedBy: 'admin', closeReason: 'withdrawn' });
  });
});

describe('what a person finds who deletes for themselves', () => {
  beforeEach(async () => {
    await mail.grant('u-ann', mail.ann.mailboxId, ['read', 'delete']);
    await mail.grant('u-ann', mail.bob.mailboxId, ['read']);
  });

  const own = (more: { readonly mailboxes?: readonly string[]; readonly query?: string } = {}) =>
    mail.request({
      kind: 'bulk-deletion',
      ownedBy: 'u-ann',
      createdBy: 'ann',
      scope: { mailboxes: [mail.ann.mailboxId], ...more },
    });

  test('lies in the mailboxes that they named, private mail too', async () => {
    await mail.changeFilings(
      { archiveId: mail.id(3), mailboxId: mail.ann.mailboxId },
      { private: { by: 'u', at: '' } },
    );
    await mail.indexAll();
    const items = await mail.found(await own());
    expect(idsOf(items)).toEqual(ids(...FIVE));
    expect(items.every(({ action }) => action === 'remove')).toBe(true);
    expect(new Set(items.flatMap(({ mailboxIds }) => mailboxIds))).toEqual(new Set([mail.ann.mailboxId]));
  });

  test('is nothing in mailboxes where they may not delete, any more', async () => {
    const request = await own({ mailboxes: [mail.ann.mailboxId, mail.bob.mailboxId] });
    const mailboxIds = (await mail.found(request)).flatMap((item) => item.mailboxIds);
    expect(new Set(mailboxIds)).toEqual(new Set([mail.ann.mailboxId]));
    await mail.grant('u-ann', mail.ann.mailboxId, ['read']);
    expect(await mail.found(await own())).toEqual([]);
  });

  test('is nothing that is restricted, be it known to the index or not, and it vanishes from the list', async () => {
    await restrictMessage(mail.ports, mail.id(2), 'erasure-1');
    await mail.indexAll();
    await restrictMessage(mail.ports, mail.id(3), 'erasure-1');
    const request = await own();
    expect(idsOf(await mail.found(request))).toEqual(ids(1, 4, 5));
    await restrictMessage(mail.ports, mail.id(4), 'erasure-1');
    const { items } = await listRequested(mail.ports, request, { limit: 10 });
    expect(idsOf(items)).toEqual(ids(1, 5));
  });
});

test('a rebuild of the tables gives requests and messages back, with what people chose, and they can be found again', async () => {
  const request = await mail.request();
  const { requestId } = request;
  await chooseAction(mail.ports, 'erasure', requestId, mail.id(1), { action: 'keep', reason: 'needed', by: 'admin' });
  const waiting = await mail.make({ name: 'Bob' });
  const rebuilt = { ...mail.ports, tables: createMemoryTables() };
  await rebuildTables(rebuilt, mail.directory);
  expect((await requestItem(rebuilt, 'erasure', requestId)).data).toEqual(await mail.now(request));
  expect(await mail.found(request, rebuilt)).toEqual(await mail.found(request));
  // Its job is lost.
  mail.clock.advance(31_000);
  await startFind(rebuilt, 'erasure', waiting.requestId);
  await expect(startFind(rebuilt, 'erasure', waiting.requestId)).rejects.toThrow('already');
});

async function lock(number: number, until: Date): Promise<void> {
  const { archive } = mail.ports;
  for await (const { key } of archive.list('messages/')) {
    if (key.includes(mail.id(number))) await archive.retain(key, (await archive.head(key))?.versionId ?? '', until);
  }
}

/** Its record says nothing that can be believed. */
async function damage(number: number): Promise<void> {
  const item = await mail.ports.tables.get('messages', recordKey(mail.id(number)));
  if (!item) throw new Error('no record');
  await mail.ports.tables.put('messages', { ...item, data: { ...item.data, archivedAt: 'long ago' } });
}

/** Ports of a process that dies at the nth write of something. */
function dying(what: 'log' | 'item' | 'checkpoint' | 'request', nth: number): Partial<Ports> {
  let writes = 0;
  const { tables, log } = mail.ports;
  const die = () => {
    throw new Error('dies');
  };
  const count = (pk: string): void => {
    const kinds = { item: 'requested#', checkpoint: 'job-checkpoint#', request: 'request#', log: 'never' };
    if (!pk.startsWith(kinds[what])) return;
    writes += 1;
    if (writes >= nth) die();
  };
  // A job that has died writes nothing more, nor that it failed.
  let isDead = false;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Error('dies');
    try {
      return await work();
    } catch (error) {
      isDead = error instanceof Error && error.message === 'dies';
      throw error;
    }
  };
  return {
    log: {
      append: (entries) =>
        guarded(async () => {
          if (what === 'log') {
            writes += 1;
            if (writes >= nth) die();
          }
          await log.append(entries);
        }),
    },
    tables: {
      ...tables,
      put: (table, item) =>
        guarded(async () => {
          count(item.pk);
          await tables.put(table, item);
        }),
      putIfAbsent: (table, item) =>
        guarded(async () => {
          count(item.pk);
          return await tables.putIfAbsent(table, item);
        }),
      putIfVersion: (table, item, version) =>
        guarded(async () => {
          count(item.pk);
          return await tables.putIfVersion(table, item, version);
        }),
    },
  };
}
