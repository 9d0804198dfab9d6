import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../../../shared/domain/job.ts';
import { DamagedSegmentError } from '../../../../../shared/errors.ts';
import { writeTextFileEnd } from '../../../../../shared/search/segments/text-file.ts';
import { getJob, listJobs } from '../../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../../shared/usecases/maintenance/run-job.ts';
import { reportDamage } from '../../../../../shared/usecases/search/index/damage.ts';
import {
  changesFileKey,
  indexFileKey,
  manifestKey,
  textFileKey,
} from '../../../../../shared/usecases/search/index/index-keys.ts';
import type { IndexUnit } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { commitManifest, readManifest } from '../../../../../shared/usecases/search/index/manifest-store.ts';
import { pendingUnits } from '../../../../../shared/usecases/search/index/marks.ts';
import { startReindex } from '../../../../../shared/usecases/search/index/start-reindex.ts';
import { unitsWithIndex } from '../../../../../shared/usecases/search/read/unit-reader.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
  for (let number = 1; number <= 5; number += 1) {
    await world.file(letter(number));
    await indexAll();
  }
});

async function indexAll(): Promise<void> {
  const context = world.contextOn();
  for await (const { unit } of pendingUnits(world.ports)) await indexUnit(context, unit);
}

/** Runs a job to its end, with `between` before each of its slices. */
async function finished({ jobId }: Pick<Job, 'jobId'>, between?: (slice: number) => Promise<void>): Promise<Job> {
  const tools = { directory: world.directory, index: world.contextOn() };
  for (let slice = 1; slice < 100; slice += 1) {
    await between?.(slice);
    await runJob(world.ports, tools, jobId, () => between === undefined);
    const { data } = await getJob(world.ports, jobId);
    if (data.state === 'finished') return data;
  }
  throw new Error('the job goes on for ever');
}

/** True once: nothing is merged then. */
function once(): () => boolean {
  let asked = 0;
  return () => asked++ === 0;
}

const journalParts = () => unitsWithIndex(world.ports, world.journal);
const subjects = async (unit: IndexUnit) => (await world.found(unit)).map(({ subject }) => subject);
const FIVE = ['letter 1', 'letter 2', 'letter 3', 'letter 4', 'letter 5'];

async function checkAll(): Promise<void> {
  for (const unit of [world.ann, world.bob]) expect(await subjects(unit)).toEqual(FIVE);
  const journaled = await Promise.all((await journalParts()).map(subjects));
  expect(journaled.flat().toSorted()).toEqual(FIVE);
}

describe('a reindex', () => {
  test('of everything writes each segment anew, and finds the same', async () => {
    const before = (await world.manifestOf(world.bob)).segments.map(({ segmentId }) => segmentId);
    const job = await finished(await startReindex(world.ports));
    expect(job).toMatchObject({ kind: 'reindex', outcome: 'succeeded', details: { mailboxes: 3, messages: 15 } });
    await checkAll();
    const { segments } = await world.manifestOf(world.bob);
    expect(segments).toHaveLength(1);
    expect(before).not.toContain(segments[0]?.segmentId);
  });

  test('of one mailbox leaves the others as they are', async () => {
    const before = await world.manifestOf(world.ann);
    const job = await finished(await startReindex(world.ports, { mailboxId: world.bob.mailboxId }));
    expect(job).toMatchObject({ mailboxId: world.bob.mailboxId, details: { mailboxes: 1, messages: 5 } });
    expect(await world.manifestOf(world.ann)).toEqual(before);
    await checkAll();
  });

  test('in slices finds everything at any time, also what comes, moves and goes meanwhile', async () => {
    const { mailboxId } = world.bob;
    const [one, two, three] = await world.found(world.bob);
    const job = await finished(await startReindex(world.ports), async (slice) => {
      expect((await subjects(world.bob)).length).toBeGreaterThanOrEqual(slice > 2 ? 4 : 5);
      if (slice === 2) {
        await world.file(letter(6));
        await world.changeFilings({ archiveId: one?.archiveId ?? '', mailboxId }, { folder: 'Done' });
        await world.changeFilings({ archiveId: two?.archiveId ?? '', mailboxId }, { removedAt: 'now' });
      }
      if (slice === 3) await indexAll();
      if (slice === 4) await world.changeFilings({ archiveId: three?.archiveId ?? '', mailboxId }, { folder: 'Three' });
    });
    await indexAll();
    expect(job).toMatchObject({ outcome: 'succeeded' });
    const found = await world.found(world.bob);
    expect(found.map(({ subject, folders }) => [subject, ...folders])).toEqual([
      ['letter 1', 'Done'],
      ['letter 3', 'Three'],
      ['letter 4', 'Inbox'],
      ['letter 5', 'Inbox'],
      ['letter 6', 'Inbox'],
    ]);
  });

  test('beside runs that index new mail at the same time loses nothing and finds nothing twice', async () => {
    for (let number = 6; number < 12; number += 1) {
      await world.file(letter(number));
      await Promise.all([finished(await startReindex(world.ports)), indexAll(), indexAll()]);
      await indexAll();
      for (const unit of [world.ann, world.bob, ...(await journalParts())]) await world.found(unit);
      expect(await subjects(world.bob)).toHaveLength(number);
      expect((await world.manifestOf(world.bob)).segments.some(({ isStale }) => isStale)).toBe(false);
    }
  });

  test('finds what no list shows in the segments that it replaces', async () => {
    const { queryIndex } = world.ports.tables;
    const hidden = { ...world.ports.tables, queryIndex: async () => ({ items: [] }) };
    const { jobId } = await startReindex(world.ports);
    const tools = { directory: world.directory, index: world.contextOn({ tables: hidden }) };
    expect(queryIndex).toBeDefined();
    await runJob(world.ports, tools, jobId);
    await checkAll();
  });

  test('makes an index where there was none', async () => {
    for await (const { key } of world.ports.derived.list('')) await world.ports.derived.delete(key);
    await finished(await startReindex(world.ports));
    await checkAll();
  });

  test('drops what is in the index and in no table', async () => {
    const [one] = await world.found(world.bob);
    const { items } = await world.ports.tables.scan('messages', { limit: 1_000 });
    for (const { pk, sk, version } of items.filter((item) => item.pk === `message#${one?.archiveId}`)) {
      await world.ports.tables.deleteIfVersion('messages', { pk, sk }, version);
    }
    await finished(await startReindex(world.ports));
    expect(await subjects(world.bob)).toEqual(FIVE.slice(1));
  });
});

describe('a damaged segment', () => {
  const damages: readonly (readonly [string, (key: string) => Promise<unknown>])[] = [
    ['that is missing', (key) => world.ports.derived.delete(key)],
    ['with other bytes', (key) => world.ports.derived.put(key, Buffer.alloc(2_000, 7))],
    [
      'with a bit turned over',
      async (key) => {
        const object = await world.ports.derived.get(key);
        const body = Buffer.from(object?.body ?? []);
        body[40] = (body[40] ?? 0) ^ 1;
        await world.ports.derived.put(key, body);
      },
    ],
  ];

  test.each(damages)(
    '%s is taken out once a search reports it, and what was in it indexed again',
    async (_, damage) => {
      const [first] = (await world.manifestOf(world.bob)).segments;
      const segmentId = first?.segmentId ?? '';
      await damage(indexFileKey(world.bob, segmentId));
      await reportDamage(world.ports, world.bob, segmentId);
      await reportDamage(world.ports, world.bob, segmentId);
      await indexAll();
      expect(await world.manifestOf(world.bob)).toMatchObject({ damaged: [segmentId] });
      expect(await subjects(world.bob)).toHaveLength(4);
      const { items } = await listJobs(world.ports, { limit: 10 });
      expect(items).toMatchObject([{ kind: 'reindex', mailboxId: world.bob.mailboxId }]);
      await finished(items[0] ?? { jobId: '' });
      expect((await world.manifestOf(world.bob)).damaged).toBeUndefined();
      await checkAll();
      expect(await world.pending(world.bob)).toBe(0);
    },
  );

  test('that a run meets by itself holds up nothing', async () => {
    const [first] = (await world.manifestOf(world.bob)).segments;
    await world.ports.derived.delete(indexFileKey(world.bob, first?.segmentId ?? ''));
    await world.file(letter(6));
    await indexAll();
    expect(await subjects(world.bob)).toHaveLength(5);
    const { items } = await listJobs(world.ports, { limit: 10 });
    await finished(items[0] ?? { jobId: '' });
    expect(await subjects(world.bob)).toEqual([...FIVE, 'letter 6']);
  });

  test.each([
    ['changes are gone', (key: string) => world.ports.derived.delete(key)],
    ['changes are others', (key: string) => world.ports.derived.put(key, Buffer.from('else'))],
  ])('whose %s is cured by a reindex that meets it', async (_, damage) => {
    const { mailboxId } = world.bob;
    const [one] = await world.found(world.bob);
    await world.changeFilings({ archiveId: one?.archiveId ?? '', mailboxId }, { folder: 'Done' });
    await indexAll();
    const { segments } = await world.manifestOf(world.bob);
    const changed = segments.find(({ changes }) => changes);
    await damage(changesFileKey(world.bob, changed?.changes?.name ?? ''));
    expect(await finished(await startReindex(world.ports, { mailboxId }))).toMatchObject({ outcome: 'succeeded' });
    await indexAll();
    await checkAll();
    expect(await world.pending(world.bob)).toBe(0);
  });

  test('that is met at the end of a reindex, by a merge, does not end it', async () => {
    const { mailboxId } = world.bob;
    const job = await startReindex(world.ports, { mailboxId });
    for (let number = 10; number < 20; number += 1) {
      await world.file(letter(number));
      await indexUnit(world.contextOn(), world.bob, { mayGoOn: once() });
    }
    const [first] = (await world.manifestOf(world.bob)).segments;
    await world.ports.derived.delete(indexFileKey(world.bob, first?.segmentId ?? ''));
    expect(await finished(job)).toMatchObject({ outcome: 'succeeded' });
    expect(await subjects(world.bob)).toHaveLength(15);
  });

  test('whose texts have right checksums and say nothing is taken out', async () => {
    const read = await readManifest(world.ports, world.bob);
    const [first, ...rest] = read.manifest.segments;
    if (!first) throw new Error('no segment');
    const length = first.textBytes - writeTextFileEnd([{ length: 1, checksum: 0 }]).bytes.length;
    const nonsense = Buffer.alloc(length, 1);
    const { bytes, textChecksum } = writeTextFileEnd([{ length, checksum: crc32(nonsense) }]);
    await world.ports.derived.put(textFileKey(world.bob, first.segmentId), Buffer.concat([nonsense, bytes]));
    await commitManifest(world.ports, read, { segments: [{ ...first, textChecksum }, ...rest], doneMarks: [] });
    await expect(subjects(world.bob)).rejects.toThrow(DamagedSegmentError);
    await reportDamage(world.ports, world.bob, first.segmentId);
    await indexAll();
    expect(await world.manifestOf(world.bob)).toMatchObject({ damaged: [first.segmentId] });
    const { items } = await listJobs(world.ports, { limit: 10 });
    await finished(items[0] ?? { jobId: '' });
    await checkAll();
  });

  test('that is whole after all stays', async () => {
    const before = (await world.manifestOf(world.bob)).segments;
    await reportDamage(world.ports, world.bob, before[0]?.segmentId ?? '');
    await indexAll();
    expect((await world.manifestOf(world.bob)).segments).toEqual(before);
    expect((await listJobs(world.ports, { limit: 10 })).items).toEqual([]);
  });

  test('is nothing beside a manifest that cannot be read: everything is indexed again', async () => {
    await world.ports.derived.put(manifestKey(world.bob), Buffer.from('{"format":1,'));
    await world.file(letter(6));
    await indexAll();
    const { items } = await listJobs(world.ports, { limit: 10 });
    await finished(items[0] ?? { jobId: '' });
    expect(await subjects(world.bob)).toEqual([...FIVE, 'letter 6']);
    expect((await world.manifestOf(world.bob)).damaged).toBeUndefined();
  });
});
