import { beforeEach, expect, test } from 'vitest';
import { listJobs } from '../../../../../shared/usecases/jobs/jobs.ts';
import { manifestKey } from '../../../../../shared/usecases/search/index/index-keys.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { commitManifest, readManifest } from '../../../../../shared/usecases/search/index/manifest-store.ts';
import { reindexOtherTokenisers } from '../../../../../shared/usecases/search/index/other-tokeniser.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
  await world.file(letter(1));
  await indexUnit(world.contextOn(), world.ann);
  await indexUnit(world.contextOn(), world.bob);
});

async function madeByOther(unit: IndexWorld['bob'], more: object = {}): Promise<void> {
  const read = await readManifest(world.ports, unit);
  const segments = read.manifest.segments.map((segment) => ({ ...segment, tokeniser: 77, ...more }));
  await commitManifest(world.ports, read, { segments, doneMarks: [] });
}

const jobs = async () => (await listJobs(world.ports, { limit: 50 })).items;

test('a mailbox whose index another tokeniser made is indexed again, others are not', async () => {
  await madeByOther(world.bob);
  expect(await reindexOtherTokenisers(world.ports)).toBe(1);
  expect(await jobs()).toMatchObject([{ kind: 'reindex', mailboxId: world.bob.mailboxId, state: 'queued' }]);
});

test('nothing is read again while the program has the same tokeniser', async () => {
  expect(await reindexOtherTokenisers(world.ports)).toBe(0);
  await madeByOther(world.bob);
  expect(await reindexOtherTokenisers(world.ports)).toBe(0);
  expect(await jobs()).toEqual([]);
});

test('what is being replaced already is left alone', async () => {
  await madeByOther(world.bob, { isStale: true });
  expect(await reindexOtherTokenisers(world.ports)).toBe(0);
});

test('a manifest that cannot be read is passed over', async () => {
  await world.ports.derived.put(manifestKey(world.ann), Buffer.from('{'));
  await madeByOther(world.bob);
  expect(await reindexOtherTokenisers(world.ports)).toBe(1);
});

test('many mailboxes are one job', async () => {
  for (let n = 0; n < 30; n += 1) {
    const unit = { mailboxId: `mb-${n}`, part: 'all' };
    const { manifest } = await readManifest(world.ports, world.bob);
    await world.ports.derived.put(
      manifestKey(unit),
      Buffer.from(
        JSON.stringify({ ...manifest, ...unit, segments: manifest.segments.map((one) => ({ ...one, tokeniser: 77 })) }),
      ),
    );
  }
  expect(await reindexOtherTokenisers(world.ports)).toBe(1);
  const [job, ...more] = await jobs();
  expect(job).toMatchObject({ kind: 'reindex' });
  expect(job).not.toHaveProperty('mailboxId');
  expect(more).toEqual([]);
});

test('a check that died is made up for by the next', async () => {
  await madeByOther(world.bob);
  const put = () => Promise.reject(new Error('died'));
  const tables = { ...world.ports.tables, put };
  await expect(reindexOtherTokenisers({ ...world.ports, tables })).rejects.toThrow('died');
  expect(await reindexOtherTokenisers(world.ports)).toBe(1);
});
