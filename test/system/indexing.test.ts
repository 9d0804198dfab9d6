import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;
let endpoint: { address: string; mailboxId: string };
let mailboxId: string;

beforeAll(async () => {
  running = await startSystem();
  endpoint = await running.api.endpoint();
  mailboxId = await running.api.mailbox('bert@example.org');
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

/** Waits until the index of the mailbox has just these subjects, each once. */
async function indexed(...wanted: readonly string[]): Promise<void> {
  const derived = await openFileObjectStore({ root: join(running.dataDir, 'objects', 'derived') });
  const units = new UnitReader({ derived, clock: systemClock }, { manifestAgeMs: 0 });
  const subjects = async () => {
    const { segments } = await units.openUnit(mailboxId, 'all');
    const opened = await Promise.all(segments.map(({ open }) => open()));
    const kept = await Promise.all(opened.map((segment) => segment.messages([...Array(segment.documentCount).keys()])));
    return kept.flat().map(({ summary }) => summary.subject);
  };
  await until(`the index of ${wanted}`, subjects, {
    isWanted: (found) => isDeepStrictEqual(found.toSorted(), wanted.toSorted()),
  });
}

const sendOne = (subject: string) =>
  send(
    running.system.smtpPort,
    { from: 'anna@example.org', to: [endpoint.address] },
    mail({ From: 'anna@example.org', To: 'bert@example.org', Subject: subject, 'Message-ID': `<${subject}@x.test>` }),
  );

describe('mail that comes by SMTP', () => {
  test('is in the index within seconds, and then nothing waits', async () => {
    for (const subject of ['one', 'two', 'three']) await sendOne(subject);
    await indexed('one', 'two', 'three');
    const metrics = await (await running.api.fetch('/metrics')).text();
    expect(metrics).toMatch(/^letterlock_index_lag_seconds \d/m);
  });

  test('is indexed again after the index was lost', async () => {
    await running.stop();
    await rm(join(running.dataDir, 'objects', 'derived'), { recursive: true });
    running = await startSystem({ dataDir: running.dataDir });
    await indexed('one', 'two', 'three');
    const { items } = await running.api.get('/jobs');
    expect(items).toMatchObject([{ kind: 'reindex' }]);
    expect(await running.api.ended(items[0].jobId)).toMatchObject({ outcome: 'succeeded' });
  });

  test('is indexed again by a job that is asked for', async () => {
    const { jobId } = await running.api.post('/maintenance/reindex', { mailboxId });
    const job = await running.api.ended(jobId);
    expect(job).toMatchObject({ kind: 'reindex', mailboxId, outcome: 'succeeded' });
    expect(job.details).toMatchObject({ mailboxes: 1, messages: 3 });
    await indexed('one', 'two', 'three');
  });

  test('of a mailbox that is not there is no job', async () => {
    const body = JSON.stringify({ mailboxId: 'mb-none' });
    const headers = { 'content-type': 'application/json' };
    const response = await running.api.fetch('/maintenance/reindex', { method: 'POST', body, headers });
    expect(response.status).toBe(404);
  });
});
