import { beforeEach, describe, expect, test } from 'vitest';
import { StorageError } from '../../../../shared/errors.ts';
import type { ArchiveLog } from '../../../../shared/ports/archive-log.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item } from '../../../../shared/ports/tables.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import type { FilingContext } from '../../../../shared/usecases/filing/filing-context.ts';
import type { ArrivalNudge } from '../../../../shared/usecases/filing/intake-object.ts';
import { replayQuarantined } from '../../../../shared/usecases/filing/replay-quarantined.ts';
import { settleDeadLetter } from '../../../../shared/usecases/filing/settle-dead-letter.ts';
import { sweep } from '../../../../shared/usecases/maintenance/sweep.ts';
import { listEndpointArrivals } from '../../../../shared/usecases/reading/list-arrivals.ts';
import { listQuarantine } from '../../../../shared/usecases/reading/quarantine.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const DAY_MS = 24 * 60 * 60_000;
const KEY = 'incoming/ses/abc123';
const raw = Buffer.from('From: a@x.test\r\nSubject: s\r\nMessage-ID: <1@x.test>\r\n\r\nbody\r\n');

let ports: ReturnType<typeof createMemoryPorts>;
let context: FilingContext;
let endpointId: string;
let told: ArrivalNudge['told'];
const sent: ArrivalNudge[] = [];

beforeEach(async () => {
  ports = createMemoryPorts('service');
  sent.length = 0;
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  const endpoint = await createEndpoint(configuration, { name: 'all' });
  endpointId = endpoint.endpointId;
  const rcptTo = ['someone@else.test', `${endpoint.localPart.toUpperCase()}@Journal.test`];
  told = { receivedAt: ports.clock.now().toISOString(), envelope: { mailFrom: 'a@x.test', rcptTo } };
  context = contextOf(ports);
});

function contextOf(changed: Ports): FilingContext {
  const configuration = createConfigurationContext(changed, { journalDomain: 'journal.test' });
  const directory = bookDirectory(configuration);
  return { ports: changed, directory, journalDomain: 'journal.test', singleInstanceBytes: 32_768 };
}

const file = (nudge: ArrivalNudge, within = context) => fileBatch(within, new ByteBudget(1_000), [nudge]);
const arrivals = async (of: string) =>
  (
    await listEndpointArrivals(ports, of, {
      from: new Date(0),
      to: new Date(ports.clock.now().getTime() + DAY_MS),
      limit: 10,
    })
  ).items;
const intakeKeys = async () => {
  const keys: string[] = [];
  for await (const { key } of ports.intake.list('')) keys.push(key);
  return keys;
};
const sweepAt = (days: number) => {
  const queue = { send: async (_name: string, body: string) => void sent.push(JSON.parse(body)) };
  return sweep({ ...ports, queue }, new Date(ports.clock.now().getTime() + days * DAY_MS));
};

describe('mail that a mail service put into intake', () => {
  test('is filed by the envelope that the service told, for the endpoints in it', async () => {
    await ports.intake.put(KEY, raw);
    expect(await file({ intakeKey: KEY, ...(told && { told }) })).toEqual([]);
    expect(await arrivals(endpointId)).toMatchObject([{ outcome: 'archived', envelope: { mailFrom: 'a@x.test' } }]);
    expect(await intakeKeys()).toEqual([]);
  });

  test('is read whole however large it is', async () => {
    const large = Buffer.concat([raw, Buffer.alloc(3_000_000, 'long text\r\n')]);
    await ports.intake.put(KEY, large);
    expect(await file({ intakeKey: KEY, ...(told && { told }) })).toEqual([]);
    expect(await arrivals(endpointId)).toMatchObject([{ outcome: 'archived', sizeBytes: large.length }]);
  });

  test('to an address that is no endpoint’s is excluded, and its bytes stay for a while', async () => {
    await ports.intake.put(KEY, raw);
    const envelope = { mailFrom: '', rcptTo: ['guess@journal.test'] };
    expect(await file({ intakeKey: KEY, told: { receivedAt: ports.clock.now().toISOString(), envelope } })).toEqual([]);
    expect(await arrivals('none')).toMatchObject([{ outcome: 'excluded', reason: 'unknown-endpoint' }]);
    const [kept, ...others] = await intakeKeys();
    expect(kept).toMatch(/^unknown\/[0-9a-f]{32}$/);
    expect(others).toEqual([]);
  });

  test('that fails leaves its envelope beside it, so that the sweep can queue it without the service', async () => {
    await ports.intake.put(KEY, raw);
    const failing = { ...ports.tables, get: () => Promise.reject(new StorageError('test')) };
    const [unfiled] = await file({ intakeKey: KEY, ...(told && { told }) }, contextOf({ ...ports, tables: failing }));
    expect(unfiled?.error).toBeInstanceOf(StorageError);
    expect(await intakeKeys()).toEqual([KEY, `${KEY}.envelope`]);
    await sweepAt(1);
    expect(sent).toEqual([{ intakeKey: KEY, sizeBytes: raw.length }]);
    expect(await file({ intakeKey: KEY })).toEqual([]);
    expect(await arrivals(endpointId)).toMatchObject([{ outcome: 'archived' }]);
    expect(await intakeKeys()).toEqual([]);
  });

  test('without an envelope waits for as long as a queue may have it, then goes to quarantine rather than to a guess', async () => {
    await ports.intake.put(KEY, raw);
    await sweepAt(27);
    expect(sent).toEqual([]);
    await sweepAt(29);
    expect(sent).toEqual([{ intakeKey: KEY, sizeBytes: raw.length }]);
    await settleDeadLetter(context, new ByteBudget(1_000), { intakeKey: KEY });
    const { items } = await listQuarantine(ports, { limit: 10 });
    expect(items).toMatchObject([{ reason: 'envelope_missing', sizeBytes: raw.length }]);
    expect(await intakeKeys()).toEqual([]);
  });
});

test('mail that killed the process which tried it alone goes to quarantine unread', async () => {
  await ports.intake.put(KEY, raw);
  const nudge = { intakeKey: KEY, ...(told && { told }) };
  await settleDeadLetter(context, new ByteBudget(1_000), nudge, { hasKilled: true });
  expect(await arrivals(endpointId)).toMatchObject([{ outcome: 'quarantined', reason: 'poison' }]);
  expect(await intakeKeys()).toEqual([]);
});

test('what is replayed before the ledger says that it was quarantined is archived, for a rebuild too', async () => {
  await ports.intake.put(KEY, raw);
  const logged: Item[] = [];
  let isReplayed = false;
  const log: ArchiveLog = {
    async append(entries) {
      logged.push(...entries.map(({ item }) => item));
      const [quarantined] = isReplayed ? [] : (await listQuarantine(ports, { limit: 1 })).items;
      isReplayed = true;
      if (quarantined) await replayQuarantined(contextOf({ ...ports, log }), quarantined.id);
      await ports.log.append(entries);
    },
  };
  const nudge = { intakeKey: KEY, ...(told && { told }) };
  await settleDeadLetter(contextOf({ ...ports, log }), new ByteBudget(1_000), nudge, { hasKilled: true });
  expect(await arrivals(endpointId)).toMatchObject([{ outcome: 'archived' }]);
  const ofLedger = logged.filter(({ pk }) => pk.startsWith('ledger#')).toSorted((a, b) => a.version - b.version);
  expect(ofLedger.map(({ version, data }) => [version, data.outcome])).toEqual([
    [1, 'quarantined'],
    [2, 'archived'],
  ]);
});

test('mail whose envelope line is damaged goes to quarantine as it is, instead of coming again for ever', async () => {
  const damaged = Buffer.from(`{"format":"letterlock-env\n${raw}`);
  await ports.intake.put('incoming/smtp-x', damaged);
  await settleDeadLetter(context, new ByteBudget(1_000), { intakeKey: 'incoming/smtp-x', sizeBytes: 1 });
  const { items } = await listQuarantine(ports, { limit: 10 });
  expect(items).toMatchObject([{ reason: 'envelope_missing', sizeBytes: damaged.length }]);
  expect(await intakeKeys()).toEqual([]);
});
