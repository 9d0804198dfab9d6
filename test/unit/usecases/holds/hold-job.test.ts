import { beforeEach, describe, expect, test } from 'vitest';
import { ObjectLockedError } from '../../../../shared/errors.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { lockMessage } from '../../../../shared/usecases/holds/lock-message.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { runQueuedHoldJob } from '../../../../shared/usecases/holds/run-queued-hold-job.ts';
import { startDueHoldJob } from '../../../../shared/usecases/holds/start-due-hold-job.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { checkpointOf, getJob, listJobs, startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { letter } from '../search/index/index-world.ts';
import { type HoldMail, holdMail } from './hold-mail.ts';

let mail: HoldMail;

beforeEach(async () => {
  mail = await holdMail();
  for (let number = 1; number <= 6; number += 1) {
    await mail.file(letter(number, number % 2 === 0 ? 'the merger' : 'lunch'));
    mail.clock.advance(60_000);
  }
  await mail.indexAll();
});

const tools = () => ({
  index: mail.index,
  workers: mail.search.workers,
  reader: mail.index.units,
  addresses: mail.search.addresses,
});

/** Runs the jobs that wait, in slices of so many messages. */
async function runWaiting(perSlice = Number.POSITIVE_INFINITY): Promise<void> {
  for (let slices = 1; slices < 100; slices += 1) {
    const waiting = (await listJobs(mail.ports, { limit: 100 })).items.filter(({ state }) => state !== 'finished');
    if (waiting.length === 0) return;
    for (const { jobId } of waiting) {
      let left = perSlice;
      await runQueuedHoldJob(mail.ports, tools(), jobId, () => --left > 0);
      const { outcome = 'succeeded' } = (await getJob(mail.ports, jobId)).data;
      expect(outcome).toBe('succeeded');
    }
  }
  throw new Error('never ends');
}

async function lockedKeys(prefix = 'messages/'): Promise<readonly string[]> {
  const locked: string[] = [];
  for await (const { key } of mail.ports.archive.list(prefix)) {
    if ((await mail.ports.archive.head(key))?.legalHold) locked.push(key);
  }
  return locked;
}

describe('where versions are locked', () => {
  test.each([1, 2, Number.POSITIVE_INFINITY])(
    'a job sets the legal hold on all that a hold covers, %d messages a slice, and lifts it at the release',
    async (perSlice) => {
      const { holdId } = await mail.hold({ query: 'merger' });
      await runWaiting(perSlice);
      const locked = await lockedKeys();
      expect(locked).toHaveLength(3);
      await expect(mail.ports.archive.deleteVersion(locked[0] ?? '', 'null')).rejects.toThrow(ObjectLockedError);
      await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
      await runWaiting(perSlice);
      expect(await lockedKeys()).toEqual([]);
    },
  );

  test('what another hold covers too stays locked', async () => {
    const { holdId } = await mail.hold({ query: 'merger' });
    await runWaiting();
    await mail.hold({ query: 'subject:"letter 2"' });
    await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    await runWaiting();
    expect(await lockedKeys()).toHaveLength(1);
  });

  test('a hold that is made while another one is lifted is not undone', async () => {
    const { holdId } = await mail.hold({ query: 'merger' });
    await runWaiting();
    await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    // Made, and set by its job, between the verdict and the lifting.
    let isMade = false;
    const archive: ObjectStore = {
      ...mail.ports.archive,
      async setLegalHold(key, versionId, on) {
        if (!on && !isMade) {
          isMade = true;
          await mail.hold({ everything: true });
        }
        await mail.ports.archive.setLegalHold(key, versionId, on);
      },
    };
    const ports = { ...mail.index.ports, archive };
    for (const archiveId of await mail.archiveIds()) await lockMessage({ ...mail.index, ports }, archiveId);
    expect(await lockedKeys()).toHaveLength(6);
  });

  test('a later job sets it on what was filed since, and what the index did not have yet', async () => {
    await mail.hold({ query: 'merger' });
    await runWaiting();
    mail.clock.advance(24 * 60 * 60_000);
    await mail.file(letter(7, 'one more merger'), letter(8));
    await startJob(mail.ports, 'holds');
    await runWaiting(2);
    expect(await lockedKeys()).toHaveLength(4);
    // It looks again at what was filed just before the last time, and from then on at what is new.
    const looked: unknown[] = [];
    for (let day = 0; day < 2; day += 1) {
      mail.clock.advance(24 * 60 * 60_000);
      const { jobId } = await startJob(mail.ports, 'holds');
      await runWaiting();
      looked.push((await getJob(mail.ports, jobId)).data.details?.messages);
    }
    expect(looked).toEqual([2, 0]);
  });

  test('of what was filed since and nothing holds, storage is asked nothing', async () => {
    await mail.hold({ query: 'merger' });
    await runWaiting();
    mail.clock.advance(24 * 60 * 60_000);
    await mail.file(letter(7, 'one more merger'), letter(8));
    const asked = new Set<string>();
    const archive: ObjectStore = {
      ...mail.ports.archive,
      listVersions(place) {
        asked.add(place);
        return mail.ports.archive.listVersions(place);
      },
    };
    const index = { ...mail.index, ports: { ...mail.index.ports, archive } };
    const { jobId } = await startJob(mail.ports, 'holds');
    await runQueuedHoldJob(mail.ports, { ...tools(), index }, jobId);
    const locked = (await lockedKeys()).map((key) => key.slice(0, key.lastIndexOf('/') + 1));
    expect([...asked].toSorted()).toEqual(locked.toSorted());
    expect(locked).toHaveLength(4);
  });

  test('large attachments are locked with the message, and lifted once no message that has them is held', async () => {
    const attached = (number: number, word: string) =>
      letter(number, 'x')
        .toString()
        .replace(
          '\r\n\r\nx',
          [
            ...['\r\nMIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b'],
            ...['Content-Type: text/plain', '', word, '--b', 'Content-Type: application/octet-stream; name=a.bin'],
            ...['Content-Transfer-Encoding: base64', '', ...Array(1_000).fill('QUJD'.repeat(19)), '--b--'],
          ].join('\r\n'),
        );
    await mail.file(Buffer.from(attached(20, 'merger')), Buffer.from(attached(21, 'takeover')));
    await mail.indexAll();
    const merger = await mail.hold({ query: 'merger' });
    await runWaiting();
    const takeover = await mail.hold({ query: 'takeover' });
    await runWaiting();
    expect(await lockedKeys('attachments/')).toHaveLength(1);
    for (const [{ holdId }, left] of [
      [merger, 1],
      [takeover, 0],
    ] as const) {
      await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
      await runWaiting();
      expect(await lockedKeys('attachments/')).toHaveLength(left);
    }
  });

  test('quarantine is locked too', async () => {
    const key = 'quarantine/20260301/q-20260301T100000000Z-a';
    await mail.ports.archive.put(key, Buffer.from('?'));
    const input = { id: 'q-20260301T100000000Z-a', receivedAt: '2026-03-01T10:00:00.000Z', key };
    await mail.ports.tables.put('activity', { pk: 'quarantine', sk: input.id, version: 1, data: dataOf(input) });
    const { holdId } = await mail.hold({ query: 'whatever' });
    await runWaiting(1);
    expect(await lockedKeys('quarantine/')).toEqual([key]);
    await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    await runWaiting(1);
    expect(await lockedKeys('quarantine/')).toEqual([]);
  });
});

test('while something is held, a job starts once a day, whoever asks', async () => {
  expect(await startDueHoldJob(mail.ports)).toBe(false);
  await mail.hold({ everything: true });
  const started: number[] = [];
  for (let hour = 0; hour < 72; hour += 1) {
    const asked = await Promise.all([startDueHoldJob(mail.ports), startDueHoldJob(mail.ports)]);
    started.push(...asked.flatMap((isStarted) => (isStarted ? [hour] : [])));
    mail.clock.advance(60 * 60_000);
  }
  expect(started).toEqual([0, 24, 48]);
});

test('where versions are not locked the job ends at once', async () => {
  const { holdId } = await mail.hold({ everything: true });
  const [job] = (await listJobs(mail.ports, { limit: 1 })).items;
  expect(await checkpointOf(mail.ports, job?.jobId ?? '')).toMatchObject({ holdId });
  await runQueuedHoldJob(mail.ports, undefined, job?.jobId ?? '');
  expect((await getJob(mail.ports, job?.jobId ?? '')).data.outcome).toBe('succeeded');
  expect(await lockedKeys()).toEqual([]);
});

test('it runs no other job: whoever may set legal holds may do nothing else', async () => {
  const { jobId } = await startJob(mail.ports, 'sweep');
  await expect(runQueuedHoldJob(mail.ports, tools(), jobId)).rejects.toThrow('runs elsewhere');
});
