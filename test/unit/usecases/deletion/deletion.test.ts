import { beforeEach, describe, expect, test } from 'vitest';
import { LegalHoldError, NotFoundError, UnderRetentionError } from '../../../../shared/errors.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { startDailyRetention } from '../../../../shared/usecases/deletion/start-retention.ts';
import { verifyCertificate } from '../../../../shared/usecases/deletion/verify-certificate.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { listMessages } from '../../../../shared/usecases/reading/list-messages.ts';
import { createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld, letterOf } from './deletion-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const TERMS = { priority: 0, conditions: {}, countedFrom: 'archived' } as const;

let world: DeletionWorld;
beforeEach(async () => {
  world = await deletionWorld();
});

const later = (days: number) => world.ports.clock.advance(days * DAY_MS);
const minimum = (days: number) => createPolicy(world.ports, { ...TERMS, name: `min ${days}`, minimum: { days } });
const maximum = (days: number) => createPolicy(world.ports, { ...TERMS, name: `max ${days}`, maximum: { days } });
const stateOf = async (archiveId: string) =>
  (await world.ports.tables.get('messages', recordKey(archiveId)))?.data.state;
const listedIn = async (mailboxId: string) =>
  (await listMessages(world.ports, { mailboxId, listShards: 1 }, { limit: 50 })).items.length;
const eventsOf = async (archiveId: string) => {
  const { items } = await world.ports.tables.scan('activity', { limit: 1_000 });
  const events = items.map(({ data }) => JSON.stringify(data)).filter((text) => text.includes(archiveId));
  return events.filter((text) => text.includes('deletion.purge')).join('\n');
};

describe('a person removes a message from a mailbox', () => {
  test('the others keep theirs, and it goes with the last of them', async () => {
    const id = await world.journal(letterOf('one'));
    await world.remove(id, world.mailboxes.a);
    expect(await listedIn(world.mailboxes.a)).toBe(0);
    expect(await listedIn(world.mailboxes.b)).toBe(1);
    expect(await world.work(id)).toBe('kept');
    await world.remove(id, world.mailboxes.b);
    // The journal still has it, which alone keeps nothing.
    expect(await world.work(id)).toBe('purged');
    expect(await stateOf(id)).toBe('purged');
    expect(await eventsOf(id)).toContain('"outcome":"done"');
    await expect(world.remove(id, world.mailboxes.b)).rejects.toThrow(NotFoundError);
  });

  test('what only the journal has is not for people to purge', async () => {
    const id = await world.journal(letterOf('one').replaceAll('x.test', 'elsewhere.test'));
    expect(await world.purge(id)).toBe('kept');
    expect(await stateOf(id)).toBe('live');
  });

  test('not where a minimum is not over, and it says until when', async () => {
    const policy = await minimum(10);
    const id = await world.journal(letterOf('one'));
    const refused = await world.remove(id, world.mailboxes.a).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UnderRetentionError);
    expect(refused).toMatchObject({
      details: { policies: [{ policyId: policy.policyId, version: 1, name: 'min 10' }] },
    });
    later(11);
    await world.remove(id, world.mailboxes.a);
  });

  test('nor under a legal hold, which comes before the minimum', async () => {
    await minimum(10);
    const id = await world.journal(letterOf('one'));
    await world.hold();
    await expect(world.remove(id, world.mailboxes.a)).rejects.toThrow(LegalHoldError);
    expect(await listedIn(world.mailboxes.a)).toBe(1);
  });

  test('nor while deletion is switched off', async () => {
    const id = await world.journal(letterOf('one'));
    await world.configuration.deletion.change({ allowed: false });
    await expect(world.remove(id, world.mailboxes.a)).rejects.toThrow('switched off');
  });

  test('a hold that comes before the purge keeps it until it is released', async () => {
    const id = await world.journal(letterOf('one'));
    await world.remove(id, world.mailboxes.a);
    await world.remove(id, world.mailboxes.b);
    const { holdId } = await world.hold();
    expect(await world.work(id)).toBe('legal_hold');
    expect(await eventsOf(id)).toContain('"code":"legal_hold"');
    await releaseHold(world, holdId, { reason: 'settled', releasedBy: 'admin' });
    later(2);
    await world.sweep();
    expect(await stateOf(id)).toBe('purged');
  });

  test('a late arrival does not undo it, and the same mail journaled anew after the purge is a new generation', async () => {
    const id = await world.journal(letterOf('one'));
    await world.remove(id, world.mailboxes.b);
    await world.journal(`Received: by mx.x.test\r\n${letterOf('one')}`);
    expect(await listedIn(world.mailboxes.b)).toBe(0);
    await world.remove(id, world.mailboxes.a);
    await world.work(id);
    expect(await world.journal(letterOf('one'))).toBe(`${id}.2`);
    expect(await listedIn(world.mailboxes.b)).toBe(1);
  });
});

describe('the retention job', () => {
  test('purges what is past its maximum and free, keeps the rest, and certifies what it did', async () => {
    await maximum(5);
    const old = await world.journal(letterOf('old'));
    later(4);
    const young = await world.journal(letterOf('young'));
    later(3);
    const job = await world.retention();
    expect(job).toMatchObject({ outcome: 'succeeded', details: { decided: 1, purged: 1, held: 0 } });
    expect([await stateOf(old), await stateOf(young)]).toEqual(['purged', 'live']);
    expect(await listedIn(world.mailboxes.b)).toBe(1);
    const certificate = await readCertificate(world.ports, job.jobId);
    expect(verifyCertificate(certificate)).toMatchObject({ isValid: true, messages: 1, jobId: job.jobId });
    expect(JSON.stringify(certificate)).not.toContain('old');
    expect(certificate.certificate[0]?.payload).toMatchObject({
      policies: [{ name: 'max 5', version: 1 }],
      messages: [{ archiveId: old, policyVersion: 1, arrivals: [{ outcome: 'archived' }] }],
    });
    const changed = JSON.parse(JSON.stringify(certificate));
    changed.certificate[0].payload.messages[0].purgedAt = '2030-01-01T00:00:00.000Z';
    expect(verifyCertificate(changed).faults).toContain('part 1: the signature does not match');
    const other = await deletionWorld('other');
    expect(verifyCertificate(certificate, other.context.proof.publicKey).isValid).toBe(false);
  });

  test('certifies once what several slices and a crash left', async () => {
    await maximum(0);
    for (let number = 1; number <= 5; number += 1) await world.journal(letterOf(`letter ${number}`));
    later(2);
    let asked = 0;
    const job = await world
      .retention(() => {
        asked += 1;
        if (asked === 2) throw Object.assign(new Error('crash'), { retryable: true });
        return asked % 2 === 0;
      })
      .catch(async () => await world.retention());
    expect(await world.archiveIds()).toEqual([]);
    expect(job.state).toBe('finished');
  });

  test('keeps what a hold covers, and takes it the run after the release', async () => {
    await maximum(1);
    const id = await world.journal(letterOf('one'));
    const { holdId } = await world.hold();
    later(3);
    expect((await world.retention()).details).toMatchObject({ purged: 0, held: 1 });
    await releaseHold(world, holdId, { reason: 'settled', releasedBy: 'admin' });
    expect((await world.retention()).details).toMatchObject({ purged: 1 });
    expect(await stateOf(id)).toBe('purged');
  });

  test('walks a day once where nothing on it is due, and again where mail or policies say otherwise', async () => {
    const policy = await createPolicy(world.ports, {
      ...TERMS,
      name: 'a',
      maximum: { days: 1 },
      conditions: { senders: ['z@x.test'] },
    });
    await world.journal(letterOf('one'));
    later(3);
    expect((await world.retention()).details).toMatchObject({ decided: 1, purged: 0 });
    expect((await world.retention()).details).toMatchObject({ days: 0, decided: 0 });
    await world.journal(`Received: by mx.x.test\r\n${letterOf('one')}`);
    expect((await world.retention()).details).toMatchObject({ decided: 1 });
    await retirePolicy(world.ports, policy.policyId);
    await maximum(2);
    expect((await world.retention()).details).toMatchObject({ purged: 1 });
  });

  test('is started once a day, and not while nothing has a maximum', async () => {
    expect(await startDailyRetention(world.ports)).toBeUndefined();
    await maximum(1);
    expect(await startDailyRetention(world.ports)).toMatchObject({ kind: 'retention' });
    expect(await startDailyRetention(world.ports)).toBeUndefined();
    later(1);
    expect(await startDailyRetention(world.ports)).toMatchObject({ kind: 'retention' });
  });
});

describe('a fetch', () => {
  test('brings nothing that is past its maximum, nor what was purged', async () => {
    await createPolicy(world.ports, { ...TERMS, name: 'm', maximum: { days: 30 }, countedFrom: 'received' });
    await world.fetch(letterOf('ancient'), { internalDate: '2020-01-01T00:00:00.000Z' });
    expect(await world.archiveIds()).toEqual([]);
    await world.fetch(letterOf('recent'), { internalDate: '2026-02-28T00:00:00.000Z', uid: 2 });
    expect(await world.archiveIds()).toHaveLength(1);
    later(60);
    await world.retention();
    await world.fetch(letterOf('recent'), { internalDate: '2026-02-28T00:00:00.000Z', uid: 3 });
    expect(await world.archiveIds()).toEqual([]);
    const ledger = JSON.stringify((await world.ports.tables.scan('messages', { limit: 1_000 })).items);
    expect(ledger).toContain('past-retention');
    expect(ledger).toContain('"reason":"purged"');
  });
});
