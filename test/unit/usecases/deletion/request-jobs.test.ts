import { beforeEach, describe, expect, test } from 'vitest';
import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { planForJob, purgePlanned } from '../../../../shared/usecases/deletion/purge-work.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { verifyCertificate } from '../../../../shared/usecases/deletion/verify-certificate.ts';
import { giveUpJob } from '../../../../shared/usecases/jobs/give-up-job.ts';
import { purgeWorkKey } from '../../../../shared/usecases/message-keys.ts';
import { type DeletionWorld, deletionWorld } from './deletion-world.ts';
import { dyingAfter, dyingPorts } from './dying-ports.ts';
import { type RequestsIn, requestsIn } from './requests-in.ts';

const DAY_MS = 24 * 60 * 60_000;

let world: DeletionWorld;
let requests: RequestsIn;
beforeEach(async () => {
  world = await deletionWorld();
  requests = requestsIn(world);
});

const letters = (count: number) => requests.letters(count);
const stateOf = (archiveId: string) => requests.stateOf(archiveId);
const statesOf = (archiveIds: readonly string[]) => Promise.all(archiveIds.map(stateOf));
const restrictedBy = (archiveId: string) => requests.restrictedBy(archiveId);
const holdOf = (subject: string) => world.hold({ query: `subject:"${subject}"` });
const events = async () => {
  const { items } = await world.ports.tables.scan('activity', { limit: 1_000 });
  // An event stands in the list of all, and in that of its category.
  const texts = new Set(items.map(({ data }) => JSON.stringify(data)));
  return [...texts].filter((text) => text.includes('deletion.purge'));
};

describe('the job of a request', () => {
  test.each([1, 5, 9, 14, 20, 27, 35, 44, 60, 80, 110])(
    'that dies at write %i goes on, and certifies all of it',
    async (after) => {
      const ids = await letters(4);
      await holdOf('letter 2');
      const { requestId, jobId } = await requests.approved(ids);
      const dying = await world.contextOn(dyingAfter(world.ports, after));
      await requests
        .run(jobId, () => true, dying)
        .catch((error: unknown) => {
          if (!(error instanceof StorageError)) throw error;
        });
      await requests.run(jobId);
      expect(await requests.now(requestId)).toMatchObject({
        state: 'open',
        results: { purged: 3, blocked: 1, gone: 0 },
      });
      expect(verifyCertificate(await readCertificate(world.ports, jobId))).toMatchObject({
        isValid: true,
        messages: 3,
      });
      expect(await restrictedBy(ids[1] ?? '')).toEqual([requestId]);
      // What died is taken up, and then comes the second pass.
      for (let sweeps = 0; sweeps < 2; sweeps += 1) {
        world.ports.clock.advance(DAY_MS);
        await world.sweep();
      }
      for (const id of ids) expect(await world.ports.tables.get('messages', purgeWorkKey(id))).toBeUndefined();
    },
  );

  test('does it once where it runs twice at once', async () => {
    const ids = await letters(6);
    const { requestId, jobId } = await requests.approved(ids);
    await Promise.all([requests.run(jobId), requests.run(jobId)]);
    expect(await statesOf(ids)).toEqual(ids.map(() => 'purged'));
    expect(verifyCertificate(await readCertificate(world.ports, jobId)).messages).toBe(6);
    // What one of them could not do beside the other is looked at again.
    await requests.nextDay();
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { purged: 6 } });
  });

  test('signs parts that follow each other, whenever it dies between them', async () => {
    const ids = await letters(7);
    const { jobId } = await requests.approved(ids);
    let isFirst = true;
    let puts = 0;
    const context = {
      ...(await world.contextOn(
        dyingPorts(world.ports, (method, key) => {
          if (method !== 'put' || !key.startsWith('certificates/')) return false;
          puts += 1;
          if (!isFirst || puts < 3) return false;
          isFirst = false;
          return true;
        }),
      )),
      certificatePartMessages: 2,
    };
    await expect(requests.run(jobId, () => true, context)).rejects.toThrow(StorageError);
    let asked = 0;
    await requests.run(jobId, () => ++asked % 2 === 1, context);
    const certificate = await readCertificate(world.ports, jobId);
    expect(certificate.certificate.map(({ payload: { messages } }) => messages.length)).toEqual([2, 2, 2, 1]);
    expect(verifyCertificate(certificate)).toMatchObject({ isValid: true, messages: 7, faults: [] });
    const without = { certificate: certificate.certificate.toSpliced(1, 1) };
    expect(verifyCertificate(without).isValid).toBe(false);
    expect(
      new Set(certificate.certificate.flatMap(({ payload }) => payload.messages.map((one) => one.archiveId))),
    ).toEqual(new Set(ids));
  });

  test('that dies once a message is gone deletes what is left of it before it certifies that', async () => {
    const [one = ''] = await letters(1);
    const { jobId } = await requests.approved([one]);
    const dying = await world.contextOn(dyingPorts(world.ports, (method) => method === 'deleteVersion'));
    await expect(requests.run(jobId, () => true, dying)).rejects.toThrow(StorageError);
    expect(await stateOf(one)).toBe('purged');
    await requests.run(jobId);
    const left: string[] = [];
    for await (const { key } of world.ports.archive.list(messagePrefix(one))) left.push(key);
    expect(left).toEqual([]);
    expect(await events()).toHaveLength(1);
  });

  test('leaves no message as one that is going where nobody goes on with it', async () => {
    const [one = ''] = await letters(1);
    const { jobId } = await requests.approved([one]);
    const dying = await world.contextOn(
      dyingPorts(world.ports, (method, key) => method !== 'putIfVersion' && key.startsWith('purge-under-way#')),
    );
    let isDead = false;
    const tables = new Proxy(dying.ports.tables, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return async (...given: readonly unknown[]) => {
          if (isDead) throw new StorageError('the process died');
          try {
            return await method.apply(target, given);
          } catch (error) {
            isDead = true;
            throw error;
          }
        };
      },
    });
    const dead = await world.contextOn({ ...world.ports, ...dying.ports, tables });
    await expect(requests.run(jobId, () => true, dead)).rejects.toThrow(StorageError);
    expect(await stateOf(one)).toBe('purging');
    // While its job may go on it is decided by that; what it began ends all the same.
    world.ports.clock.advance(DAY_MS);
    await world.sweep();
    expect(await stateOf(one)).toBe('live');
    await giveUpJob(world.ports, jobId, { by: 'test' });
    world.ports.clock.advance(DAY_MS);
    await world.sweep();
    expect(await world.ports.tables.get('messages', purgeWorkKey(one))).toBeUndefined();
    expect(await stateOf(one)).toBe('live');
  });

  test('lets the rest go where one message cannot be decided on', async () => {
    const [one = '', two = ''] = await letters(2);
    const { requestId, jobId } = await requests.approved([one, two]);
    const holdsOn: typeof world.context.holdsOn = async (archiveId, message) => {
      if (archiveId === one) throw new TypeError('a mistake of ours');
      return await world.context.holdsOn(archiveId, message);
    };
    const job = await requests.run(jobId, () => true, { ...world.context, holdsOn });
    expect(job).toMatchObject({ outcome: 'completedWithErrors', details: { purged: 1, undecided: 1 } });
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { purged: 1, blocked: 1 } });
    expect((await requests.nextDay())[0]).toMatchObject({ outcome: 'succeeded', details: { purged: 1 } });
  });

  test('certifies what it did before it failed for good, and another one goes on', async () => {
    const ids = await letters(70);
    const { requestId, jobId } = await requests.approved(ids);
    await runPurgingJob(world.context, jobId, () => false);
    const tables = new Proxy(world.ports.tables, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (name !== 'get' || typeof method !== 'function') return method;
        return (table: string, key: { readonly pk: string }) => {
          if (key.pk.startsWith('request#')) throw new TypeError('a mistake of ours');
          return method.call(target, table, key);
        };
      },
    });
    const failing = await world.contextOn({ ...world.ports, tables });
    expect(await requests.run(jobId, () => true, failing)).toMatchObject({
      outcome: 'failed',
      details: { purged: 64 },
    });
    expect(verifyCertificate(await readCertificate(world.ports, jobId))).toMatchObject({ isValid: true, messages: 64 });
    expect((await requests.nextDay())[0]).toMatchObject({ outcome: 'succeeded', details: { purged: 6 } });
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { purged: 70 } });
  });

  test('is the only one that decides: what it left is nothing that the list of work purges', async () => {
    const [one = ''] = await letters(1);
    const { requestId, jobId } = await requests.approved([one]);
    const dying = await world.contextOn(
      dyingPorts(world.ports, (method, key) => method === 'putIfVersion' && key.startsWith('message#')),
    );
    await requests.run(jobId, () => true, dying).catch(() => undefined);
    await requests.close({ kind: 'erasure', requestId });
    world.ports.clock.advance(DAY_MS);
    await world.sweep();
    expect(await stateOf(one)).toBe('live');
  });

  test('leaves it to a person who removed it before, where it may not do so itself', async () => {
    const [one = ''] = await letters(1);
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(one, mailboxId);
    const { requestId, jobId } = await requests.approved([one]);
    const cause = { kind: 'erasure', requestId, jobId } as const;
    const { holdId } = await world.hold();
    // A hold that came after it had looked.
    for (let repeat = 0; repeat < 2; repeat += 1) {
      await planForJob(world.ports, [one], cause);
      expect(await purgePlanned(world.context, one, cause)).toBe('legal_hold');
    }
    await requests.close({ kind: 'erasure', requestId });
    await requests.release(holdId);
    world.ports.clock.advance(DAY_MS);
    await world.sweep();
    expect(await stateOf(one)).toBe('purged');
  });
});
