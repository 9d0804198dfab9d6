import { beforeEach, expect, test } from 'vitest';
import type { Job } from '../../../../../shared/domain/job.ts';
import { getJob, listJobs, startJob } from '../../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../../shared/usecases/maintenance/run-job.ts';
import { manifestKey } from '../../../../../shared/usecases/search/index/index-keys.ts';
import type { IndexUnit } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { reportLostManifests } from '../../../../../shared/usecases/search/index/lost-manifests.ts';
import { MANIFEST } from '../../../../../shared/usecases/search/index/manifest-store.ts';
import { pendingUnits } from '../../../../../shared/usecases/search/index/marks.ts';
import { startReindex } from '../../../../../shared/usecases/search/index/start-reindex.ts';
import { unitsWithIndex } from '../../../../../shared/usecases/search/read/unit-reader.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld('lost');
  for (let number = 1; number <= 3; number += 1) await world.file(letter(number));
  await indexAll();
});

async function indexAll(): Promise<void> {
  const context = world.contextOn();
  for await (const { unit } of pendingUnits(world.ports)) await indexUnit(context, unit);
}

const jobs = async () => (await listJobs(world.ports, { limit: 100 })).items;

async function finishAll(between: () => Promise<void> = async () => undefined): Promise<void> {
  const tools = { directory: world.directory, index: world.contextOn() };
  const runs = async ({ jobId }: Job) => (await getJob(world.ports, jobId)).data.state !== 'finished';
  for (const job of await jobs()) {
    for (let slice = 1; slice < 50 && (await runs(job)); slice += 1) {
      await runJob(world.ports, tools, job.jobId, () => false);
      await between();
    }
    expect((await getJob(world.ports, job.jobId)).data).toMatchObject({ outcome: 'succeeded' });
  }
}

const lose = (unit: IndexUnit) => world.ports.derived.delete(manifestKey(unit));
const count = async (unit: IndexUnit) => (await world.found(unit)).length;

test('nothing is reported while each unit has its manifest', async () => {
  expect(await reportLostManifests(world.ports)).toBe(0);
  expect(await jobs()).toEqual([]);
});

test('a manifest that is gone is noticed, told to readers, and made again', async () => {
  const [shard] = await unitsWithIndex(world.ports, world.journal);
  for (const unit of [world.bob, shard ?? world.ann]) {
    const before = await count(unit);
    await lose(unit);
    expect(await reportLostManifests(world.ports)).toBe(1);
    await indexAll();
    expect(await world.manifestOf(unit)).toMatchObject({ damaged: [MANIFEST] });
    await finishAll();
    expect(await count(unit)).toBe(before);
    expect((await world.manifestOf(unit)).damaged).toBeUndefined();
    expect(await reportLostManifests(world.ports)).toBe(0);
  }
});

test('new mail does not hide that a manifest is gone', async () => {
  await lose(world.bob);
  await world.file(letter(4));
  await indexAll();
  expect(await world.manifestOf(world.bob)).toMatchObject({ damaged: [MANIFEST] });
  await finishAll();
  expect(await count(world.bob)).toBe(4);
});

test('a run that dies between its first manifest and saying so is made up for', async () => {
  world = await indexWorld('dies');
  await world.file(letter(1));
  const tables = { ...world.ports.tables, putIfAbsent: async () => Promise.reject(new Error('died')) };
  await expect(indexUnit(world.contextOn({ tables }), world.bob)).rejects.toThrow('died');
  expect(await reportLostManifests(world.ports)).toBe(0);
  await indexAll();
  await lose(world.bob);
  expect(await reportLostManifests(world.ports)).toBe(1);
});

test('a reindex says of each unit that it is not whole until it ends, where all manifests were lost', async () => {
  const units = [world.ann, world.bob, ...(await unitsWithIndex(world.ports, world.journal))];
  for (const unit of units) await lose(unit);
  await startReindex(world.ports);
  const wasWhole = new Set<string>();
  await finishAll(async () => {
    for (const unit of units) {
      const { damaged = [] } = await world.manifestOf(unit);
      if (damaged.includes(MANIFEST)) expect(wasWhole).not.toContain(manifestKey(unit));
      else expect(await count(unit), 'what is whole').toBeGreaterThan(0);
      if (damaged.length === 0) wasWhole.add(manifestKey(unit));
    }
  });
  expect(wasWhole.size).toBe(units.length);
  expect(await count(world.bob)).toBe(3);
  expect(await jobs()).toHaveLength(1);
});

test('a reindex of a mailbox that the tables know no unit of says so too', async () => {
  for await (const { key } of world.ports.derived.list('')) await world.ports.derived.delete(key);
  const { items } = await world.ports.tables.query('messages', 'index-units', { limit: 100 });
  expect(items.length).toBeGreaterThan(2);
  for (const { pk, sk } of items) await world.ports.tables.deleteIfVersion('messages', { pk, sk }, 1);
  await startReindex(world.ports, { mailboxId: world.bob.mailboxId });
  let slices = 0;
  await finishAll(async () => {
    slices += 1;
    const isFirst = slices === 1;
    expect((await world.manifestOf(world.bob)).damaged).toEqual(isFirst ? [MANIFEST] : undefined);
  });
  expect(slices).toBe(2);
  expect(await count(world.bob)).toBe(3);
});

test('a manifest that says nothing is missed until a reindex ends', async () => {
  await world.ports.derived.put(manifestKey(world.bob), Buffer.from('{"format":1,'));
  await startReindex(world.ports, { mailboxId: world.bob.mailboxId });
  let slices = 0;
  await finishAll(async () => {
    slices += 1;
    const expected = slices === 1 ? [MANIFEST] : undefined;
    expect((await world.manifestOf(world.bob)).damaged).toEqual(expected);
  });
  expect(await count(world.bob)).toBe(3);
});

test('a sweep job notices that a manifest is gone', async () => {
  await lose(world.bob);
  const { jobId } = await startJob(world.ports, 'sweep');
  const tools = { directory: world.directory, index: world.contextOn() };
  await runJob(world.ports, tools, jobId);
  expect((await getJob(world.ports, jobId)).data.details).toMatchObject({ lost: 1 });
  await indexAll();
  expect(await world.manifestOf(world.bob)).toMatchObject({ damaged: [MANIFEST] });
});
