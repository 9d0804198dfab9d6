import { beforeEach, describe, expect, test } from 'vitest';
import { InvalidRequestError, StorageError } from '../../../../shared/errors.ts';
import { sendDigest } from '../../../../shared/usecases/digests/send-digest.ts';
import { createDigestWorld, type DigestWorld, MINUTE_MS } from './digest-world.ts';

let world: DigestWorld;
beforeEach(async () => {
  world = createDigestWorld('digest');
  await world.configure({ recipients: ['ops@example.org'] });
});

const pass = (minutes: number) => world.ports.clock.advance(minutes * MINUTE_MS);

describe('sendDigest', () => {
  test('tells of a failed job once it has settled, by the name of its profile', async () => {
    const profileId = await world.newProfile('Anna’s mailbox', { everyMinutes: 60 });
    const jobId = await world.runJob('failed', { profileId });
    expect(await sendDigest(world.ports)).toBe(0);
    pass(6);
    expect(await sendDigest(world.ports)).toBe(1);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]).toMatchObject({ to: ['ops@example.org'], subject: 'Letterlock: 1 job failed' });
    expect(world.sent[0]?.text).toContain('Anna’s mailbox');
    expect(world.sent[0]?.text).toContain(jobId);
  });

  test('says nothing where all went as planned', async () => {
    await world.runJob('succeeded');
    await world.runJob('cancelled');
    pass(60);
    expect(await sendDigest(world.ports)).toBe(0);
    expect(world.sent).toEqual([]);
  });

  test('sends one mail an hour at most, and nothing twice', async () => {
    await world.runJob('failed');
    for (let minute = 0; minute < 180; minute += 5) {
      if (minute === 30) await world.runJob('disconnected');
      pass(5);
      await sendDigest(world.ports);
    }
    expect(world.sent.map(({ subject }) => subject)).toEqual([
      'Letterlock: 1 job failed',
      'Letterlock: 1 job was disconnected',
    ]);
  });

  test('with an hour, sends one mail a day, at that hour', async () => {
    await world.configure({ recipients: ['ops@example.org'], hour: 12 });
    await world.runJob('failed');
    const sentAt: string[] = [];
    for (let minute = 0; minute < 2 * 24 * 60; minute += 5) {
      pass(5);
      if (minute === 300) await world.runJob('failed');
      if ((await sendDigest(world.ports)) > 0) sentAt.push(world.ports.clock.now().toISOString());
    }
    expect(sentAt).toEqual(['2026-03-01T12:05:00.000Z', '2026-03-02T12:05:00.000Z']);
  });

  test('goes out once, though two look at the same time', async () => {
    await world.runJob('failed');
    pass(10);
    await Promise.all([sendDigest(world.ports), sendDigest(world.ports), sendDigest(world.ports)]);
    expect(world.sent).toHaveLength(1);
  });

  test.each([
    ['that the relay could not take', new StorageError('send a mail')],
    ['that the relay refused', new InvalidRequestError('refused')],
  ])('tells the same period again after a mail %s', async (_name, refusal) => {
    await world.runJob('failed');
    pass(10);
    world.refusals.push(refusal);
    await expect(sendDigest(world.ports)).rejects.toThrow(refusal);
    await world.runJob('disconnected');
    expect(await sendDigest(world.ports)).toBe(0);
    pass(16);
    await sendDigest(world.ports);
    expect(world.sent.map(({ subject }) => subject)).toEqual(['Letterlock: 1 job failed']);
    pass(61);
    await sendDigest(world.ports);
    expect(world.sent.map(({ subject }) => subject).at(-1)).toBe('Letterlock: 1 job was disconnected');
  });

  test('tells again what it does not know to be told: the process died right after', async () => {
    await world.runJob('failed');
    pass(10);
    const { tables } = world.ports;
    let writes = 0;
    const dying = {
      ...tables,
      putIfVersion: () => {
        writes += 1;
        return Promise.reject(new StorageError('the process died'));
      },
    };
    await expect(sendDigest({ ...world.ports, tables: { ...tables, ...dying } })).rejects.toThrow(StorageError);
    expect([writes, world.sent.length]).toEqual([1, 1]);
    pass(16);
    await sendDigest(world.ports);
    pass(120);
    await sendDigest(world.ports);
    expect(world.sent).toHaveLength(2);
  });

  test('without anybody to tell, keeps it for whoever is named later', async () => {
    await world.configure({ recipients: [] });
    await world.runJob('failed');
    pass(120);
    expect(await sendDigest(world.ports)).toBe(0);
    await world.configure({ recipients: ['late@example.org'] });
    expect(await sendDigest(world.ports)).toBe(1);
  });

  test('without anybody named, tells whom the system names', async () => {
    await world.configure({ from: 'archive@example.org' });
    await world.runJob('failed');
    pass(10);
    await sendDigest(world.ports, { fallback: ['alarm@example.org'] });
    expect(world.sent[0]).toMatchObject({ to: ['alarm@example.org'], from: 'archive@example.org' });
  });

  test('a profile that is gone is told by its id', async () => {
    await world.runJob('failed', { profileId: 'pf-gone' });
    pass(10);
    await sendDigest(world.ports);
    expect(world.sent[0]?.text).toContain('profile pf-gone');
  });
});
