import { describe, expect, test } from 'vitest';
import type { RetentionPolicy } from '../../../../shared/domain/retention/retention-policy.ts';
import { cancelJob, getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { changePolicy, createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import {
  type PreviewedChanges,
  runPreview,
  startPreview,
} from '../../../../shared/usecases/retention/preview-policies.ts';
import { readPreview } from '../../../../shared/usecases/retention/preview-state.ts';
import { whyKept } from '../../../../shared/usecases/retention/why-kept.ts';
import { letter, retentionWorld } from './retention-world.ts';

type World = Awaited<ReturnType<typeof retentionWorld>>;
const DAY_MS = 24 * 3_600_000;

/** One journaled message a day for 10 days, and one fetched that was received in 2020; now it is the 11th day. */
async function filled(): Promise<World> {
  const world = await retentionWorld();
  for (let day = 0; day < 10; day += 1) {
    await world.journal(letter({ From: 'bob@far.test', To: 'a@x.test', 'Message-ID': `<${day}@far.test>` }));
    world.ports.clock.advance(DAY_MS);
  }
  const old = letter({ From: 'eve@far.test', To: 'a@x.test', 'Message-ID': '<old@far.test>' });
  await world.fetch(old, { internalDate: '2020-05-05T10:00:00.000Z' });
  return world;
}

type Terms = Pick<RetentionPolicy, 'maximum' | 'minimum'> & Partial<RetentionPolicy>;
const terms = (change: Terms) =>
  ({ name: 'policy', priority: 0, conditions: {}, countedFrom: 'archived', ...change }) as const;

async function previewOf(world: World, policies: readonly Terms[], mayGoOn = () => true) {
  const { ports, directory } = world;
  const wanted = policies.map((change, n) => ({ policyId: `rp-${n}`, terms: terms(change) }));
  const { jobId } = await startPreview(ports, wanted);
  for (let slices = 0; slices < 100; slices += 1) {
    if ((await runPreview({ ports, directory }, jobId, mayGoOn)).isDone) break;
  }
  const state = await readPreview(ports, jobId);
  if (!state) throw new Error('there is no preview');
  return state;
}

describe('a preview', () => {
  test('counts what is due today and in each month, and says why', async () => {
    const world = await filled();
    const state = await previewOf(world, [{ maximum: { days: 5 } }]);
    // Days are over at their end: those of 1 to 5 March on the 11th.
    expect(state).toMatchObject({ isDone: true, seen: 11, today: { messages: 5 } });
    expect(state.months.map(({ messages }) => messages)).toEqual([6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(state.byPolicy['rp-0']?.messages).toBe(11);
    expect(state.examples).toHaveLength(5);
    expect(state.examples[0]).toMatchObject({ policyId: 'rp-0', dueAt: '2026-03-07T00:00:00.000Z' });
  });

  test('finds by its receipt what was archived late, once', async () => {
    const world = await filled();
    const state = await previewOf(world, [{ maximum: { years: 5 }, countedFrom: 'received' }]);
    expect(state).toMatchObject({ seen: 1, today: { messages: 1 } });
    const both = await previewOf(world, [{ maximum: { days: 1 }, countedFrom: 'received' }]);
    expect(both).toMatchObject({ seen: 11 });
    expect(both.today.messages + both.months.reduce((sum, { messages }) => sum + messages, 0)).toBe(11);
  });

  test('looks at no message of a day that no policy can reach in that time', async () => {
    const state = await previewOf(await filled(), [{ maximum: { years: 3 } }]);
    expect(state).toMatchObject({ isDone: true, seen: 0, today: { messages: 0 } });
  });

  test('lets a minimum keep what a maximum would purge', async () => {
    const world = await filled();
    const conditions = { senders: ['bob@far.test'] };
    const policies = [{ minimum: { years: 2 }, conditions }, { maximum: { days: 0 } }];
    expect(await previewOf(world, policies)).toMatchObject({ seen: 11, today: { messages: 1 } });
  });

  test('counts what a search decides as undecided where nobody can search', async () => {
    const state = await previewOf(await filled(), [{ maximum: { days: 1 }, conditions: { query: 'body' } }]);
    expect(state).toMatchObject({ today: { messages: 0 }, undecided: { messages: 11 } });
  });

  test('in slices finds the same as in one run', async () => {
    const world = await filled();
    const policies = [
      { maximum: { days: 5 } },
      { maximum: { years: 5 }, countedFrom: 'received' as const, priority: 1 },
    ];
    const { position: _whole, ...whole } = await previewOf(world, policies);
    const { position: _sliced, ...sliced } = await previewOf(world, policies, () => false);
    expect(sliced).toEqual(whole);
  });

  test('is a job that goes on until it is done', async () => {
    const world = await filled();
    await createPolicy(world.ports, terms({ maximum: { days: 1 } }));
    const { jobId } = await startPreview(world.ports);
    while ((await getJob(world.ports, jobId)).data.state !== 'finished') {
      await runJob(world.ports, { directory: world.directory }, jobId, () => false);
    }
    expect((await getJob(world.ports, jobId)).data).toMatchObject({ outcome: 'succeeded', details: { seen: 11 } });
    expect(await readPreview(world.ports, jobId)).toMatchObject({ isDone: true });
  });

  test('that somebody cancels ends, and keeps what it found by then', async () => {
    const world = await filled();
    await createPolicy(world.ports, terms({ maximum: { days: 1 } }));
    const { jobId } = await startPreview(world.ports);
    await runJob(world.ports, { directory: world.directory }, jobId, () => false);
    await cancelJob(world.ports, jobId);
    await runJob(world.ports, { directory: world.directory }, jobId);
    expect((await getJob(world.ports, jobId)).data).toMatchObject({
      state: 'finished',
      outcome: 'cancelled',
      details: { seen: 1 },
    });
    expect(await readPreview(world.ports, jobId)).toMatchObject({ isDone: false, isCancelled: true, seen: 1 });
  });

  test('of changes looks at what would be of the policies that there are, however many', async () => {
    const world = await filled();
    const { ports, directory } = world;
    const kept = await createPolicy(ports, terms({ minimum: { years: 2 }, conditions: { senders: ['bob@far.test'] } }));
    const old = await createPolicy(ports, terms({ name: 'old', maximum: { years: 9 } }));
    const today = async (changes: Partial<PreviewedChanges>) => {
      const { jobId } = await startPreview(ports, { changes: [], add: [], without: [], ...changes });
      await runPreview({ ports, directory }, jobId, () => true);
      return (await readPreview(ports, jobId))?.today.messages;
    };
    const shorter = { policyId: old.policyId, change: { maximum: { days: 0 } } };
    expect(await today({})).toBe(0);
    expect(await today({ changes: [shorter] })).toBe(1);
    expect(await today({ changes: [shorter], without: [kept.policyId] })).toBe(11);
    expect(await today({ add: [terms({ maximum: { days: 0 }, priority: 1 })] })).toBe(1);
    await expect(today({ changes: [shorter], without: [old.policyId] })).rejects.toThrow('named once');
    await expect(today({ without: ['rp-none'] })).rejects.toThrow('not found');
    expect(await today({})).toBe(0);
  });

  test('refuses policies that are none', async () => {
    const { ports } = await retentionWorld();
    await expect(startPreview(ports, [{ terms: terms({}) }])).rejects.toThrow('minimum or a maximum');
  });
});

describe('why a message is kept', () => {
  test('names policy, version and time, and follows changes at once', async () => {
    const world = await retentionWorld();
    const { ports, directory } = world;
    const policies = new PolicyBook(ports);
    const archiveId = await world.journal(letter({ From: 'bob@far.test', To: 'a@x.test' }));
    const why = () => whyKept({ ports, directory, policies }, archiveId, ports.clock.now());
    expect(await why()).toMatchObject({ state: 'kept', undecided: [], holds: [] });

    const { policyId } = await createPolicy(ports, terms({ name: 'books', minimum: { years: 10 } }));
    const minimumBy = { policyId, version: 1, name: 'books' };
    expect(await why()).toMatchObject({ state: 'under_minimum', minimumBy, minimumUntil: new Date('2036-03-02') });

    await changePolicy(ports, policyId, { minimum: { years: 11 } });
    expect(await why()).toMatchObject({
      minimumBy: { ...minimumBy, version: 2 },
      minimumUntil: new Date('2037-03-02'),
    });
    await retirePolicy(ports, policyId);
    expect((await why()).state).toBe('kept');
  });

  test('of a message that there is not, is not found', async () => {
    const { ports, directory } = await retentionWorld();
    const policies = new PolicyBook(ports);
    await expect(whyKept({ ports, directory, policies }, `1-${'0'.repeat(64)}`, ports.clock.now())).rejects.toThrow(
      'not found',
    );
  });
});

describe('the policies that decisions are made with', () => {
  test('are read once while nothing changes, and anew after a change that died half way', async () => {
    const world = await retentionWorld();
    const { ports } = world;
    let queries = 0;
    const query: typeof ports.tables.query = (...asked) => {
      queries += 1;
      return ports.tables.query(...asked);
    };
    const counting = { ...ports, tables: { ...ports.tables, query } };
    const book = new PolicyBook(counting);
    const { policyId } = await createPolicy(ports, terms({ minimum: { years: 1 } }));
    await book.now();
    const once = queries;
    await book.now();
    expect(queries).toBe(once);

    const dying = { ...ports.tables, putIfVersion: () => Promise.reject(new Error('dies')) };
    await expect(changePolicy({ ...ports, tables: dying }, policyId, { minimum: { years: 2 } })).rejects.toThrow(
      'dies',
    );
    await book.now();
    await book.now();
    expect(queries).toBe(once + 2);
    expect((await changePolicy(ports, policyId, { minimum: { years: 3 } })).version).toBe(2);
    expect((await book.now()).policies[0]?.minimum).toEqual({ years: 3 });
  });
});
