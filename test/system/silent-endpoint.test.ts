import type { ScheduledEvent } from 'aws-lambda';
import { afterEach, expect, test } from 'vitest';
import { createHandler } from '../../functions/watch-endpoints/handler.ts';
import { localContext } from '../../infra/local/local-context.ts';
import { openStores } from '../../infra/local/stores.ts';
import { createManualClock } from '../../shared/adapters/memory/memory-clock.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { FiledArrival } from '../../shared/usecases/filing/file-arrival.ts';
import { ledgerItems } from '../../shared/usecases/filing/ledger.ts';
import { volumeCountItems } from '../../shared/usecases/filing/volume-counts.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const HOUR_MS = 3_600_000;
const WEEKS_TO_LEARN = 4;

let running: RunningSystem;

afterEach(async () => {
  await running.stop();
  await removeData(running);
});

interface Drive {
  readonly endpointId: string;
  readonly from: Date;
  readonly hours: number;
  readonly messagesAnHour: number;
}

/** Runs the watch hour by hour on the stores of a stopped system; answers the events it logs, and when it ended. */
async function drive({ dataDir }: RunningSystem, { endpointId, from, hours, messagesAnHour }: Drive) {
  const events: { readonly event: string; readonly fields: unknown }[] = [];
  const note = (event: string, fields?: unknown) => void events.push({ event, fields });
  const logs: LogSink = { info: note, warn: note, error: note };
  const { ports, close } = await openStores(dataDir, logs);
  const clock = createManualClock(from);
  const watch = createHandler({ ...ports, clock }, { intervalMs: HOUR_MS });
  try {
    for (let hour = 0; hour < hours; hour++) {
      clock.advance(HOUR_MS / 2);
      const filed = batchOf(endpointId, clock.now(), messagesAnHour);
      await ports.tables.batchPut('messages', volumeCountItems({ ...ports, clock }, filed));
      clock.advance(HOUR_MS / 2);
      await watch(EVENT, localContext());
    }
  } finally {
    await close();
  }
  return { events, until: clock.now() };
}

const EVENT: ScheduledEvent = {
  version: '0',
  id: 'test',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: '',
  region: 'local',
  resources: [],
  detail: {},
};

/** What filing hands on of so many messages. */
function batchOf(endpointId: string, at: Date, messages: number): readonly FiledArrival[] {
  const facts = {
    receivedAt: at.toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] },
    envelope: { mailFrom: '', rcptTo: [] },
  } as const;
  const outcome = { outcome: 'archived', contentHash: '', sizeBytes: 1 } as const;
  return Array.from({ length: messages }, (_, i) => ({
    outcome: 'archived',
    ledger: ledgerItems(`${i}`.padStart(32, '0'), facts, outcome),
    logEntries: [],
  }));
}

test('an endpoint that goes quiet is reported and shown, until it is heard again', async () => {
  running = await startSystem();
  const { address, endpointId, mailboxId } = await running.api.endpoint();
  const shown = () => running.api.get(`/journal-endpoints/${endpointId}`);
  expect(await shown()).not.toHaveProperty('lastArrivalAt');

  const fields = { From: 'anna@example.org', To: 'bert@example.org', 'Message-ID': '<1@example.org>', Subject: 'one' };
  await send(running.system.smtpPort, { from: 'anna@example.org', to: [address] }, mail(fields));
  await running.api.filed();
  const [row] = await running.api.messages(mailboxId, 1);
  expect((await shown()).lastArrivalAt).toBe(row.receivedAt);

  await running.stop();
  const start = new Date(Date.now() + HOUR_MS);
  const usual = { endpointId, messagesAnHour: 20 };
  const learnt = await drive(running, { ...usual, from: start, hours: WEEKS_TO_LEARN * 168 });
  const quiet = await drive(running, { endpointId, messagesAnHour: 0, from: learnt.until, hours: 8 });
  expect(learnt.events).toEqual([]);
  expect(quiet.events).toMatchObject([{ event: 'event endpointSilent', fields: { endpointId, received: 0 } }]);

  running = await startSystem({ dataDir: running.dataDir });
  const { silentSince } = await shown();
  expect(Date.parse(silentSince)).toBeGreaterThan(learnt.until.getTime() - 2 * HOUR_MS);
  expect((await running.api.get('/journal-endpoints')).items).toMatchObject([{ endpointId, silentSince }]);

  await running.stop();
  const heard = await drive(running, { ...usual, from: quiet.until, hours: 5 });
  const heardAgain = { event: 'event endpointHeardAgain', fields: { endpointId, silentSince } };
  expect(heard.events.at(-1)).toMatchObject(heardAgain);
  running = await startSystem({ dataDir: running.dataDir });
  expect(await shown()).not.toHaveProperty('silentSince');
});
