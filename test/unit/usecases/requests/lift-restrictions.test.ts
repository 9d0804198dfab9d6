import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageRecord } from '../../../../shared/domain/message.ts';
import { restrictMessage } from '../../../../shared/usecases/filings/restrict-message.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { checkpointOf, getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { recordKey, requestedKey } from '../../../../shared/usecases/message-keys.ts';
import { filingsOf } from '../../../../shared/usecases/reading/read-message.ts';
import { startLift } from '../../../../shared/usecases/requests/lift-restrictions.ts';
import { putFiling } from '../filed-mail.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const AT = '2026-03-01T10:00:00.000Z';
const REQUEST = 'erasure-1';
const idOf = (n: number) => `1-${String(n).repeat(64)}`;
let ports: ReturnType<typeof createMemoryPorts>;

/** Four messages that a request found, the first three of them restricted; the second by another request as well. */
beforeEach(async () => {
  ports = createMemoryPorts('lift');
  for (let n = 1; n <= 4; n += 1) {
    const archiveId = idOf(n);
    await putFiling(ports.tables, { archiveId, mailboxId: 'mb-ann', receivedAt: AT });
    const summary = { date: AT, receivedAt: AT, from: { address: '' }, to: [], subject: '', sizeBytes: 1 };
    const first = { arrivalId: 'a', contentHash: '', arrivalHash: '', sizeBytes: 1, receivedAt: AT, versionId: '' };
    const record: MessageRecord = {
      state: 'live',
      archivedAt: AT,
      first,
      summary: { ...summary, hasAttachments: false },
    };
    await ports.tables.put('messages', { ...recordKey(archiveId), version: 1, data: dataOf(record) });
    await ports.tables.put('activity', { ...requestedKey(REQUEST, archiveId), version: 1, data: { archiveId } });
    if (n <= 3) await restrictMessage(ports, archiveId, REQUEST);
  }
  await restrictMessage(ports, idOf(2), 'erasure-2');
});

const restricted = async () => {
  const known = await Promise.all([1, 2, 3, 4].map((n) => filingsOf(ports, idOf(n))));
  return known.map((filings) => filings.some(({ isRestricted }) => isRestricted));
};
const run = (jobId: string, mayGoOn: () => boolean) => {
  const directory = {
    mailbox: async () => undefined,
  } as unknown as Parameters<typeof runJob>[1]['directory'];
  return runJob(ports, { directory }, jobId, mayGoOn);
};

describe('the end of a request', () => {
  test('lifts what it restricts, and leaves what others do', async () => {
    expect(await restricted()).toEqual([true, true, true, false]);
    const { jobId } = await startLift(ports, { requestId: REQUEST });
    await run(jobId, () => true);
    expect(await restricted()).toEqual([false, true, false, false]);
    const { data } = await getJob(ports, jobId);
    expect(data).toMatchObject({
      kind: 'lift-restrictions',
      outcome: 'succeeded',
      details: { messages: 4, lifted: 3 },
    });
  });

  test('goes on in slices where it stopped', async () => {
    const { jobId } = await startLift(ports, { requestId: REQUEST });
    for (let slice = 1; slice <= 4; slice += 1) {
      await run(jobId, () => false);
      expect(await checkpointOf(ports, jobId)).toMatchObject({ after: idOf(slice), counts: { messages: slice } });
    }
    expect((await getJob(ports, jobId)).data.state).toBe('running');
    await run(jobId, () => false);
    expect((await getJob(ports, jobId)).data).toMatchObject({ state: 'finished', details: { messages: 4, lifted: 3 } });
    expect(await restricted()).toEqual([false, true, false, false]);
  });
});
