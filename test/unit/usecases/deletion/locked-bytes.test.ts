import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { DataRequest } from '../../../../shared/domain/requests/data-request.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { doPurgeWork } from '../../../../shared/usecases/deletion/purge-work.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { verifyCertificate } from '../../../../shared/usecases/deletion/verify-certificate.ts';
import { whyGone } from '../../../../shared/usecases/deletion/why-gone.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { purgeWorkKey, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld, letterWithAttachment } from './deletion-world.ts';
import { dyingAfter } from './dying-ports.ts';
import { requestsIn } from './requests-in.ts';

const DAY_MS = 24 * 60 * 60_000;
const LOCKED_DAYS = 30;

let world: DeletionWorld;
beforeEach(async () => {
  world = await deletionWorld();
});

const later = (days: number, { ports }: DeletionWorld = world) => ports.clock.advance(days * DAY_MS);
const expiring = ({ ports }: DeletionWorld = world) =>
  createPolicy(ports, { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', maximum: { days: 1 } });
const locksOf = async ({ ports }: DeletionWorld = world) => {
  const keys: string[] = [];
  for await (const { key } of ports.archive.list('attachments/')) keys.push(key);
  return keys;
};
const events = async ({ ports }: DeletionWorld = world) => {
  const { items } = await ports.tables.scan('activity', { limit: 1_000 });
  const all = items.filter(({ pk, data }) => pk.startsWith('audit#') && data.action === 'deletion.purge');
  return all.map(({ data }) => data);
};

/** A message whose attachment the storage has locked for so long; answers its id, and until when. */
async function lockedLetter(own: DeletionWorld = world) {
  const id = await own.journal(letterWithAttachment('one'));
  const until = new Date(own.ports.clock.now().getTime() + LOCKED_DAYS * DAY_MS);
  for (const key of await locksOf(own)) {
    const { versionId = '' } = (await own.ports.archive.head(key)) ?? {};
    await own.ports.archive.retain(key, versionId, until);
  }
  return { id, until: until.toISOString() };
}

describe('a message that goes while storage keeps its attachments', () => {
  test('is purged by retention, and counted, audited and certified so', async () => {
    await expiring();
    const { id, until } = await lockedLetter();
    later(3);
    const job = await world.retention();
    expect(job).toMatchObject({ outcome: 'succeeded', details: { decided: 1, purged: 1, bytesLocked: 1, locked: 0 } });
    expect(await events()).toMatchObject([
      { outcome: 'done', detail: { cause: 'retention', bytes: 'locked', lockedObjects: 1, lockedUntil: until } },
    ]);
    const certificate = await readCertificate(world.ports, job.jobId);
    expect(certificate.certificate[0]?.payload.messages).toMatchObject([
      { archiveId: id, lockedObjects: 1, lockedUntil: until },
    ]);
    expect(verifyCertificate(certificate)).toMatchObject({ isValid: true, bytesLocked: 1, lockedUntil: until });
    expect(await whyGone(world.ports, id)).toMatchObject({ cause: 'retention', bytesLocked: { objects: 1, until } });
  });

  test('leaves bytes that go once that has ended, which is audited once', async () => {
    await expiring();
    const { id } = await lockedLetter();
    later(3);
    const { jobId } = await world.retention();
    const certificate = await readCertificate(world.ports, jobId);
    for (let day = 0; day < 5; day += 1) {
      later(1);
      await world.sweep();
    }
    expect(await events()).toHaveLength(1);
    expect(await locksOf()).toHaveLength(1);
    later(LOCKED_DAYS);
    await world.sweep();
    await world.sweep();
    expect(await locksOf()).toEqual([]);
    expect((await events()).map(({ outcome, detail }) => [outcome, detail])).toContainEqual([
      'done',
      { cause: 'retention', jobId, bytes: 'deleted' },
    ]);
    expect(await events()).toHaveLength(2);
    expect(await world.ports.tables.get('messages', purgeWorkKey(id))).toBeUndefined();
    expect((await whyGone(world.ports, id))?.bytesLocked).toEqual({
      objects: 1,
      until: expect.any(String),
      goneAt: world.ports.clock.now().toISOString(),
    });
    expect(await readCertificate(world.ports, jobId)).toEqual(certificate);
  });

  test('leaves bytes that go after a rebuild of the tables, too', async () => {
    await expiring();
    const { id } = await lockedLetter();
    later(3);
    await world.retention();
    const tables = createMemoryTables();
    await rebuildTables({ ...world.ports, tables }, world.directory);
    Object.assign(world.ports.tables, tables);
    later(1);
    await world.sweep();
    expect(await locksOf()).toHaveLength(1);
    later(LOCKED_DAYS);
    await world.sweep();
    expect(await locksOf()).toEqual([]);
    expect((await whyGone(world.ports, id))?.bytesLocked?.goneAt).toBeDefined();
  });

  test('keeps an attachment that another message has, and says nothing of a lock', async () => {
    const { id } = await lockedLetter();
    await world.journal(letterWithAttachment('two'));
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(id, mailboxId);
    expect(await world.work(id)).toBe('purged');
    expect(await locksOf()).toHaveLength(1);
  });

  test('is gone for people who removed it, too', async () => {
    const { id } = await lockedLetter();
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(id, mailboxId);
    expect(await world.work(id)).toBe('bytes_locked');
    expect(await world.work(id)).toBe('bytes_locked');
    expect(await events()).toMatchObject([
      { outcome: 'done', actor: { userName: 'ann' }, detail: { bytes: 'locked' } },
    ]);
  });

  test('is counted and certified so whichever write a run dies at', async () => {
    for (let writes = 1; writes < 60; writes += 1) {
      const own = await deletionWorld();
      const requests = requestsIn(own);
      const { id, until } = await lockedLetter(own);
      const { requestId, jobId } = await requests.approved([id]);
      await runPurgingJob(await own.contextOn(dyingAfter(own.ports, writes)), jobId).catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error;
      });
      const job = await requests.run(jobId);
      expect(job.details, `${writes} writes`).toMatchObject({ decided: 1, purged: 1, bytesLocked: 1, locked: 0 });
      expect(verifyCertificate(await readCertificate(own.ports, jobId))).toMatchObject({
        isValid: true,
        messages: 1,
        lockedUntil: until,
      });
      expect(await requests.items(requestId)).toMatchObject([{ state: 'purged', bytesLocked: { until } }]);
      expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { purged: 1, bytesLocked: 1 } });
    }
  });
});

describe('an erasure request', () => {
  test('stays open while storage has bytes of what was purged, and closes once they are gone', async () => {
    const requests = requestsIn(world);
    const { id, until } = await lockedLetter();
    const { requestId, jobId } = await requests.approved([id]);
    expect((await requests.run(jobId)).details).toMatchObject({ purged: 1, bytesLocked: 1 });
    expect(await world.ports.tables.get('messages', recordKey(id))).toMatchObject({
      data: { tombstone: { cause: 'erasure', jobId, requestId } },
    });
    expect(await requests.items(requestId)).toMatchObject([{ state: 'purged', bytesLocked: { until } }]);
    const [again] = await requests.nextDay();
    expect(again).toMatchObject({ outcome: 'succeeded', details: { decided: 0, purged: 0 } });
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { purged: 1, bytesLocked: 1 } });
    later(LOCKED_DAYS);
    await world.sweep();
    await requests.nextDay();
    const ended = await requests.now(requestId);
    expect([ended.state, ended.results]).toEqual(['closed', { purged: 1, removed: 0, kept: 0, blocked: 0, gone: 0 }]);
    expect((await requests.items(requestId))[0]).not.toHaveProperty('bytesLocked');
  });

  test('stays open, too, while storage has bytes of what somebody else purged after it was found', async () => {
    const requests = requestsIn(world);
    const { id, until } = await lockedLetter();
    const request = await requests.found([id]);
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(id, mailboxId);
    expect(await world.work(id)).toBe('bytes_locked');
    expect(await closesOnceBytesAreGone(request, until)).toEqual({
      purged: 0,
      removed: 0,
      kept: 0,
      blocked: 0,
      gone: 1,
    });
    expect((await requests.items(request.requestId))[0]).not.toHaveProperty('bytesLocked');
  });

  test('stays open, too, where that purge died before it said what storage keeps', async () => {
    const requests = requestsIn(world);
    const { id, until } = await lockedLetter();
    const request = await requests.found([id]);
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(id, mailboxId);
    for (let writes = 1; (await requests.stateOf(id)) !== 'purged'; writes += 1) {
      const dying = await world.contextOn(dyingAfter(world.ports, writes));
      await doPurgeWork(dying, id).catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error;
      });
    }
    expect(await whyGone(world.ports, id)).not.toHaveProperty('bytesLocked');
    expect(await closesOnceBytesAreGone(request, until)).toMatchObject({ purged: 0, gone: 1 });
  });

  async function closesOnceBytesAreGone(request: DataRequest, until: string) {
    const requests = requestsIn(world);
    const { requestId } = request;
    const { details } = await requests.run(await requests.approve(request));
    expect(details).toMatchObject({ decided: 1, purged: 0, bytesLocked: 0, gone: 1 });
    expect(await requests.items(requestId)).toMatchObject([{ state: 'gone', bytesLocked: { until } }]);
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { gone: 1, bytesLocked: 1 } });
    await requests.nextDay();
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { gone: 1, bytesLocked: 1 } });
    later(LOCKED_DAYS);
    await world.sweep();
    await requests.nextDay();
    const { state, results } = await requests.now(requestId);
    expect(state).toBe('closed');
    return results;
  }

  test('that somebody ends meanwhile says that bytes are left, and they go all the same', async () => {
    const requests = requestsIn(world);
    const { id } = await lockedLetter();
    const { requestId, jobId } = await requests.approved([id]);
    await requests.run(jobId);
    await requests.close({ kind: 'erasure', requestId });
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { bytesLocked: 1 } });
    later(LOCKED_DAYS);
    await world.sweep();
    expect(await locksOf()).toEqual([]);
  });
});
