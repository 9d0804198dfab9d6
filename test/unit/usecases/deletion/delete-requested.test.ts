import { beforeEach, describe, expect, test } from 'vitest';
import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import { ConflictError, ForbiddenError } from '../../../../shared/errors.ts';
import { grantAccess, revokeAccess } from '../../../../shared/usecases/access/access-grants.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { verifyCertificate } from '../../../../shared/usecases/deletion/verify-certificate.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { createIdentityContext } from '../../../../shared/usecases/identity/identity-context.ts';
import { cancelJob, getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { addFound } from '../../../../shared/usecases/requests/add-found.ts';
import { changeRequest, findRequest } from '../../../../shared/usecases/requests/request-book.ts';
import { changeRequested, requestedItem } from '../../../../shared/usecases/requests/requested-messages.ts';
import { startDueRequests } from '../../../../shared/usecases/requests/start-due-requests.ts';
import { createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld } from './deletion-world.ts';
import { type RequestsIn, requestsIn } from './requests-in.ts';

const DAY_MS = 24 * 60 * 60_000;
const TERMS = { priority: 0, conditions: {}, countedFrom: 'archived' } as const;

let world: DeletionWorld;
let requests: RequestsIn;
beforeEach(async () => {
  world = await deletionWorld();
  requests = requestsIn(world);
});

const letters = (count: number) => requests.letters(count);
const stateOf = (archiveId: string) => requests.stateOf(archiveId);
const statesOf = (archiveIds: readonly string[]) => Promise.all(archiveIds.map(stateOf));
const filingsOf = (archiveId: string) => requests.filingsOf(archiveId);
const restrictedBy = (archiveId: string) => requests.restrictedBy(archiveId);
const minimum = (days: number) => createPolicy(world.ports, { ...TERMS, name: `min ${days}`, minimum: { days } });
const holdOf = (subject: string) => world.hold({ query: `subject:"${subject}"` });
const events = async () => {
  const { items } = await world.ports.tables.scan('activity', { limit: 1_000 });
  // An event stands in the list of all, and in that of its category.
  const texts = new Set(items.map(({ data }) => JSON.stringify(data)));
  return [...texts].filter((text) => text.includes('deletion.purge'));
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

  test('waits for a lock of the storage, and takes what it kept once that has ended', async () => {
    const [locked = ''] = await letters(1);
    const until = new Date(world.ports.clock.now().getTime() + 3 * DAY_MS);
    for await (const { key } of world.ports.archive.list(messagePrefix(locked))) {
      const { versionId = '' } = (await world.ports.archive.head(key)) ?? {};
      await world.ports.archive.retain(key, versionId, until);
    }
    const { requestId, jobId } = await requests.approved([locked]);
    expect((await requests.run(jobId)).details).toMatchObject({ purged: 0, locked: 1 });
    expect(await requests.items(requestId)).toMatchObject([
      { state: 'blocked', block: { reason: 'object_locked', until: until.toISOString() } },
    ]);
    expect((await requests.nextDay())[0]?.details).toMatchObject({ purged: 0, locked: 1 });
    world.ports.clock.advance(3 * DAY_MS);
    expect((await requests.nextDay())[0]?.details).toMatchObject({ purged: 1 });
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

describe('an approved request that is resumed', () => {
  test('decides at once on what was blocked, and on what was left when its job was cancelled', async () => {
    const [held = '', left = ''] = await letters(2);
    const { holdId } = await holdOf('letter 1');
    const erasure = await requests.approved([held]);
    await requests.run(erasure.jobId);
    const bulk = await requests.approved([left], { kind: 'bulk-deletion' });
    await cancelJob(world.ports, bulk.jobId);
    await requests.run(bulk.jobId);
    expect(await requests.now(bulk.requestId)).toMatchObject({ state: 'open' });
    await requests.release(holdId);
    await requests.run(await requests.resume('erasure', erasure.requestId));
    await requests.run(await requests.resume('bulk-deletion', bulk.requestId));
    expect(await statesOf([held, left])).toEqual(['purged', 'purged']);
    expect(await requests.now(bulk.requestId)).toMatchObject({ state: 'closed' });
  });

  test('is refused before its approval, beside its job, once it is closed, and while deletion is switched off', async () => {
    const [held = ''] = await letters(1);
    await world.hold();
    const request = await requests.found([held]);
    const resume = () => requests.resume('erasure', request.requestId);
    await expect(resume()).rejects.toThrow(ConflictError);
    await requests.run(await requests.approve(request));
    const jobId = await resume();
    await expect(resume()).rejects.toThrow(ConflictError);
    await requests.run(jobId);
    await world.configuration.deletion.change({ allowed: false });
    await expect(resume()).rejects.toThrow(ForbiddenError);
    await world.configuration.deletion.change({ allowed: true });
    await requests.close(request);
    await expect(resume()).rejects.toThrow(ConflictError);
  });
});

describe('the door lets nothing go for a request', () => {
  test('that is not approved, did not find it, found it later, or is of another kind', async () => {
    const [one = '', other = '', late = ''] = await letters(3);
    const request = await requests.found([one]);
    const { requestId } = request;
    const cause = { kind: 'erasure', requestId, jobId: 'job-1' } as const;
    expect(await world.purge(one, cause)).toBe('kept');
    await requests.approve(request);
    expect(await world.purge(other, cause)).toBe('kept');
    world.ports.clock.advance(1);
    await addFound(world.context, request, new Map([[late, [world.mailboxes.a]]]));
    expect(await world.purge(late, cause)).toBe('kept');
    expect(await world.purge(one, { ...cause, kind: 'bulk-deletion' })).toBe('kept');
    expect(await world.purge(one, { ...cause, requestId: 'erasure-none' })).toBe('kept');
    expect(await statesOf([one, other, late])).toEqual(['live', 'live', 'live']);
    expect(await world.purge(one, cause)).toBe('purged');
  });

  test('that only takes it out of mailboxes, while somebody has it', async () => {
    const [one = ''] = await letters(1);
    const { requestId, jobId } = await requests.approved([one], { action: 'remove' });
    const cause = { kind: 'erasure', requestId, jobId } as const;
    expect(await world.purge(one, cause)).toBe('kept');
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(one, mailboxId);
    expect(await world.purge(one, cause)).toBe('purged');
  });

  test('and asks holds first', async () => {
    const [one = ''] = await letters(1);
    const { requestId, jobId } = await requests.approved([one]);
    await minimum(10);
    const cause = { kind: 'erasure', requestId, jobId } as const;
    expect(await world.purge(one, cause)).toBe('under_retention');
    await world.hold();
    expect(await world.purge(one, cause)).toBe('legal_hold');
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

  test("is restricted for nobody, as it is others' too, and goes once the block has ended", async () => {
    const [one = '', two = ''] = await letters(2);
    const { holdId } = await holdOf('letter 1');
    await holdOf('letter 2');
    const { requestId, jobId } = await requests.approved([one, two], { action: 'remove' });
    await requests.run(jobId);
    expect(await requests.now(requestId)).toMatchObject({ state: 'open', results: { blocked: 2 } });
    await requests.release(holdId);
    expect((await requests.nextDay())[0]?.details).toMatchObject({ removed: 1, held: 1 });
    expect([await restrictedBy(one), await restrictedBy(two)]).toEqual([[], []]);
  });

  test('never goes altogether for a person while somebody else has it, whatever its item says', async () => {
    const [one = ''] = await letters(1);
    const { a } = world.mailboxes;
    const own = { kind: 'bulk-deletion', mailboxIds: [a], ownedBy: 'user-1' } as const;
    const { requestId, jobId } = await requests.approved([one], own);
    await changeRequested(world.ports, await requestedItem(world.ports, requestId, one), { action: 'purge' });
    expect(await world.purge(one, { kind: 'bulk-deletion', requestId, jobId })).toBe('kept');
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

  test('lifts again what was restricted by a request that ended lately: whoever ended it may have died first', async () => {
    const [held = ''] = await letters(1);
    await world.hold();
    const open = await requests.approved([held]);
    await requests.run(open.jobId);
    const item = await findRequest(world.ports, open.requestId);
    await changeRequest(world.ports, item, { state: 'closed', closedAt: world.ports.clock.now().toISOString() });
    world.ports.clock.advance(DAY_MS);
    world.sent.length = 0;
    expect(await startDueRequests(world.ports)).toBe(0);
    expect(await jobsIn(world)).toEqual(['lift-restrictions']);
    world.ports.clock.advance(4 * DAY_MS);
    world.sent.length = 0;
    await startDueRequests(world.ports);
    expect(await jobsIn(world)).toEqual([]);
  });
});

async function jobsIn({ ports, sent }: DeletionWorld): Promise<readonly string[]> {
  const ids = sent.map(({ body }) => JSON.parse(body).jobId).filter((id) => typeof id === 'string');
  return await Promise.all(ids.map(async (id) => (await getJob(ports, id)).data.kind));
}
