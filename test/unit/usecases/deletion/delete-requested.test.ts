import { beforeEach, describe, expect, test } from 'vitest';
import type { Filing } from '../../../../shared/domain/message.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { grantAccess, revokeAccess } from '../../../../shared/usecases/access/access-grants.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { verifyCertificate } from '../../../../shared/usecases/deletion/verify-certificate.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { createIdentityContext } from '../../../../shared/usecases/identity/identity-context.ts';
import { cancelJob } from '../../../../shared/usecases/maintenance/jobs.ts';
import { purgeWorkKey, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { startDueRequests } from '../../../../shared/usecases/requests/start-due-requests.ts';
import { createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld, letterOf } from './deletion-world.ts';
import { dyingAfter, dyingPorts } from './dying-ports.ts';
import { type RequestsIn, requestsIn } from './requests-in.ts';

const DAY_MS = 24 * 60 * 60_000;
const TERMS = { priority: 0, conditions: {}, countedFrom: 'archived' } as const;

let world: DeletionWorld;
let requests: RequestsIn;
beforeEach(async () => {
  world = await deletionWorld();
  requests = requestsIn(world);
});

const letters = async (count: number) => {
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) ids.push(await world.journal(letterOf(`letter ${number}`)));
  return ids;
};
const stateOf = async (archiveId: string) =>
  (await world.ports.tables.get('messages', recordKey(archiveId)))?.data.state;
const statesOf = (archiveIds: readonly string[]) => Promise.all(archiveIds.map(stateOf));
const filingsOf = async (archiveId: string): Promise<readonly Filing[]> =>
  (await filingItems(world.ports, archiveId)).map(({ data }) => data);
const restrictedBy = async (archiveId: string) => [
  ...new Set((await filingsOf(archiveId)).flatMap((filing) => filing.restrictedBy ?? [])),
];
const minimum = (days: number) => createPolicy(world.ports, { ...TERMS, name: `min ${days}`, minimum: { days } });
const holdOf = (subject: string) => world.hold({ query: `subject:"${subject}"` });
const events = async () => {
  const { items } = await world.ports.tables.scan('activity', { limit: 1_000 });
  return items.map(({ data }) => JSON.stringify(data)).filter((text) => text.includes('deletion.purge'));
};

describe('an approved erasure request', () => {
  test('purges what nothing keeps, certifies it, and is closed with what became of all', async () => {
    const [one = '', two = '', other = ''] = await letters(3);
    const { requestId, jobId } = await requests.approved([one, two]);
    const job = await requests.run(jobId);
    expect(job).toMatchObject({ outcome: 'succeeded', details: { decided: 2, purged: 2 } });
    expect(await statesOf([one, two, other])).toEqual(['purged', 'purged', 'live']);
    expect(await requests.now(requestId)).toMatchObject({
      state: 'closed',
      results: { purged: 2, removed: 0, kept: 0, blocked: 0, gone: 0 },
    });
    const certificate = await readCertificate(world.ports, jobId);
    expect(verifyCertificate(certificate)).toMatchObject({ isValid: true, messages: 2 });
    expect(certificate.certificate[0]?.payload).toMatchObject({ cause: 'erasure', requestId });
    expect((await events()).join()).toContain(`"cause":"erasure","requestId":"${requestId}"`);
    expect((await world.ports.tables.get('messages', recordKey(one)))?.data.tombstone).toMatchObject({
      cause: 'erasure',
      jobId,
    });
  });

  test('leaves alone what somebody keeps, and what was gone before', async () => {
    const [kept = '', gone = '', free = ''] = await letters(3);
    const request = await requests.found([kept, gone, free]);
    await requests.keep(request, kept);
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(gone, mailboxId);
    await world.work(gone);
    world.ports.clock.advance(1);
    await requests.run(await requests.approve(request));
    expect(await statesOf([kept, gone, free])).toEqual(['live', 'purged', 'purged']);
    expect(await requests.now(request.requestId)).toMatchObject({
      state: 'closed',
      results: { purged: 1, kept: 1, gone: 1 },
    });
  });

  test('restricts what a hold or a minimum keeps, and takes it the day after that has ended', async () => {
    const [held = '', free = ''] = await letters(2);
    const { holdId } = await holdOf('letter 1');
    const { requestId, jobId } = await requests.approved([held, free]);
    expect((await requests.run(jobId)).details).toMatchObject({ purged: 1, held: 1 });
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { purged: 1, blocked: 1 } });
    const blocked = (await requests.items(requestId)).find(({ archiveId }) => archiveId === held);
    expect(blocked).toMatchObject({ state: 'blocked', block: { reason: 'legal_hold', holdIds: [holdId] } });
    expect(await restrictedBy(held)).toEqual([requestId]);

    const policy = await minimum(10);
    await releaseHold(world, holdId, { reason: 'settled', releasedBy: 'admin' });
    const [second] = await requests.nextDay();
    expect(second?.details).toMatchObject({ decided: 1, purged: 0, underRetention: 1 });
    expect((await requests.items(requestId)).find(({ archiveId }) => archiveId === held)?.block).toMatchObject({
      reason: 'under_retention',
      policies: [{ policyId: policy.policyId }],
    });
    await retirePolicy(world.ports, policy.policyId);
    const [third] = await requests.nextDay();
    expect(third?.details).toMatchObject({ decided: 1, purged: 1 });
    expect(await stateOf(held)).toBe('purged');
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { purged: 2, blocked: 0 } });
    expect(verifyCertificate(await readCertificate(world.ports, third?.jobId ?? '')).messages).toBe(1);
    expect(await requests.nextDay()).toEqual([]);
  });

  test('shows again what somebody keeps while it is blocked', async () => {
    const [held = ''] = await letters(1);
    await world.hold();
    const { requestId, jobId } = await requests.approved([held]);
    await requests.run(jobId);
    await requests.keep({ kind: 'erasure', requestId }, held);
    expect(await restrictedBy(held)).toEqual([]);
    await requests.nextDay();
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { kept: 1, blocked: 0 } });
  });

  test('touches nothing once it is closed, and shows what it restricted', async () => {
    const [held = '', free = ''] = await letters(2);
    await holdOf('letter 1');
    const { requestId, jobId } = await requests.approved([held, free]);
    await requests.close({ kind: 'erasure', requestId });
    expect((await requests.run(jobId)).outcome).toBe('cancelled');
    expect(await statesOf([held, free])).toEqual(['live', 'live']);
    expect(await restrictedBy(held)).toEqual([]);
    expect(await world.purge(free, { kind: 'erasure', requestId, jobId })).toBe('kept');
  });

  test('is not done while deletion is switched off, and done the day after it is allowed', async () => {
    const [free = ''] = await letters(1);
    const { requestId, jobId } = await requests.approved([free]);
    await world.configuration.deletion.change({ allowed: false });
    expect(await requests.run(jobId)).toMatchObject({ outcome: 'cancelled', details: { decided: 0 } });
    expect(await requests.now(requestId)).toMatchObject({ state: 'running' });
    expect((await requests.nextDay())[0]?.details).toMatchObject({ decided: 0 });
    await world.configuration.deletion.change({ allowed: true });
    expect((await requests.nextDay())[0]?.details).toMatchObject({ purged: 1 });
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed' });
  });

  test('certifies what it did before it was cancelled, and stays open', async () => {
    const ids = await letters(70);
    const { requestId, jobId } = await requests.approved(ids);
    await runPurgingJob(world.context, jobId, () => false);
    await cancelJob(world.ports, jobId);
    const job = await requests.run(jobId);
    expect(job).toMatchObject({ outcome: 'cancelled', details: { purged: 64 } });
    expect(verifyCertificate(await readCertificate(world.ports, jobId))).toMatchObject({ isValid: true, messages: 64 });
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { purged: 64 } });
    // Who wants it to end for good closes the request.
    expect((await requests.nextDay())[0]?.details).toMatchObject({ purged: 6 });
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { purged: 70 } });
  });
});

describe('what is to go from the mailboxes that it was found in', () => {
  test('goes from these, and altogether once nobody has it', async () => {
    const [one = ''] = await letters(1);
    const { a, b } = world.mailboxes;
    const first = await requests.approved([one], { action: 'remove' });
    expect((await requests.run(first.jobId)).details).toMatchObject({ removed: 1, purged: 0 });
    const lying = (await filingsOf(one)).filter(({ removedAt }) => removedAt === undefined);
    expect(lying.map(({ mailboxId }) => mailboxId)).toContain(b);
    expect((await filingsOf(one)).find(({ mailboxId }) => mailboxId === a)).toMatchObject({ removedBy: 'ann' });
    expect(await requests.now(first.requestId)).toMatchObject({ state: 'closed', results: { removed: 1 } });
    expect(await restrictedBy(one)).toEqual([]);
    const second = await requests.approved([one], { action: 'remove', mailboxIds: [b] });
    expect((await requests.run(second.jobId)).details).toMatchObject({ removed: 0, purged: 1 });
    expect(await stateOf(one)).toBe('purged');
  });

  test('stays there under a hold or a minimum', async () => {
    const [one = ''] = await letters(1);
    await minimum(10);
    const { requestId, jobId } = await requests.approved([one], { kind: 'bulk-deletion', action: 'remove' });
    expect((await requests.run(jobId)).details).toMatchObject({ removed: 0, underRetention: 1 });
    expect((await filingsOf(one)).some(({ removedAt }) => removedAt !== undefined)).toBe(false);
    // A bulk deletion is done with what it could do.
    expect(await requests.now(requestId)).toMatchObject({ state: 'closed', results: { blocked: 1 } });
    expect(await restrictedBy(one)).toEqual([]);
    expect(await requests.nextDay()).toEqual([]);
  });

  test('stays where a person who asked for it may not delete any more', async () => {
    const [one = '', two = ''] = await letters(2);
    const { a, b } = world.mailboxes;
    const identity = createIdentityContext(world.ports, { configuration: world.configuration });
    const { userId } = await createUser(identity, { userName: 'bea' });
    const grant = (mailboxId: string) =>
      grantAccess(world.configuration, { mailboxId, principal: 'bea', privileges: ['read', 'delete'], grantedBy: 'x' });
    await grant(a);
    await grant(b);
    const own = { kind: 'bulk-deletion', mailboxIds: [a, b], ownedBy: userId } as const;
    const first = await requests.approved([one], own);
    await revokeAccess(world.configuration, b, 'bea');
    expect((await requests.run(first.jobId)).details).toMatchObject({ removed: 1, purged: 0 });
    expect((await filingsOf(one)).find(({ mailboxId }) => mailboxId === b)?.removedAt).toBeUndefined();
    const second = await requests.approved([two], own);
    await changeUser(identity, 'bea', { disabled: true });
    expect((await requests.run(second.jobId)).details).toMatchObject({ removed: 0, kept: 1 });
    expect((await filingsOf(two)).some(({ removedAt }) => removedAt !== undefined)).toBe(false);
  });
});

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
    const { holdId } = await world.hold();
    await requests.run(jobId);
    await requests.close({ kind: 'erasure', requestId });
    await releaseHold(world, holdId, { reason: 'settled', releasedBy: 'admin' });
    world.ports.clock.advance(2 * DAY_MS);
    await world.sweep();
    expect(await stateOf(one)).toBe('purged');
  });
});

describe('the daily start', () => {
  test('happens once a day, for open erasures, and for what was approved and has no job at work', async () => {
    const [one = '', two = '', three = ''] = await letters(3);
    await world.hold();
    const open = await requests.approved([one]);
    await requests.run(open.jobId);
    const bulk = await requests.approved([two], { kind: 'bulk-deletion' });
    await cancelJob(world.ports, bulk.jobId);
    await requests.run(bulk.jobId);
    await requests.found([three]);
    world.ports.clock.advance(DAY_MS);
    expect(await startDueRequests(world.ports)).toBe(1);
    expect((await requests.now(open.requestId)).jobIds).toHaveLength(3);
    expect(await startDueRequests(world.ports)).toBe(0);
    world.ports.clock.advance(DAY_MS);
    // The one of yesterday waits yet.
    expect(await startDueRequests(world.ports)).toBe(0);
  });
});
