import { beforeEach, describe, expect, test } from 'vitest';
import { StorageError } from '../../../../../shared/errors.ts';
import type { SegmentWriter } from '../../../../../shared/ports/segment-writer.ts';
import { reportDamage } from '../../../../../shared/usecases/search/index/damage.ts';
import { inProcessSegments } from '../../../../../shared/usecases/search/index/in-process-segments.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { filesOf } from '../../../../../shared/usecases/search/index/segment-files.ts';
import { UnitReader } from '../../../../../shared/usecases/search/read/unit-reader.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld('writer');
});

/** A writer that fails at its call with that number, before or after what it was asked is done; counts the calls. */
function failing(at: number, when: 'before' | 'after') {
  let calls = 0;
  const inner = inProcessSegments(world.ports, new UnitReader(world.ports));
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    calls += 1;
    const isLost = calls === at;
    if (isLost && when === 'before') throw new StorageError('a thread ended');
    const answer = await work();
    if (isLost) throw new StorageError('a thread ended');
    return answer;
  };
  const segments: SegmentWriter = {
    build: (...given) => call(() => inner.build(...given)),
    merge: (...given) => call(() => inner.merge(...given)),
    isReadable: (...given) => call(() => inner.isReadable(...given)),
  };
  return { segments, calls: () => calls };
}

async function checkFiles(): Promise<void> {
  const { segments } = await world.manifestOf(world.bob);
  for (const key of segments.flatMap((segment) => filesOf(world.bob, segment))) {
    expect(await world.ports.derived.head(key), key).toBeDefined();
  }
}

/** Segments enough for a merge, one that is said to be damaged, and more mail than one segment takes. */
async function prepared(): Promise<void> {
  for (let number = 10; number < 20; number += 1) {
    await world.file(letter(number));
    await indexUnit(world.contextOn(), world.bob, { mayGoOn: once() });
  }
  const words = `${'x'.repeat(900)}\r\n`.repeat(1_700);
  await world.file(...[20, 21, 22, 23].map((number) => letter(number, words)));
  const [first] = (await world.manifestOf(world.bob)).segments;
  await reportDamage(world.ports, world.bob, first?.segmentId ?? '');
}

/** True once: nothing is merged then. */
function once(): () => boolean {
  let asked = 0;
  return () => asked++ === 0;
}

describe.each(['before', 'after'] as const)('a writer of segments that fails %s its nth call', (when) => {
  test('costs that run and no message, whatever n', async () => {
    await prepared();
    const tables = world.ports.tables.snapshot();
    const derived = world.ports.derived.snapshot();
    const whole = failing(Number.POSITIVE_INFINITY, when);
    await indexUnit(world.contextOn({}, whole.segments), world.bob);
    const expected = await world.found(world.bob);
    expect(expected).toHaveLength(14);
    // The check of what was said to be damaged, two segments of the long mail, a merge.
    expect(whole.calls()).toBeGreaterThanOrEqual(4);
    for (let n = 1; n <= whole.calls(); n += 1) {
      world.ports.tables.restore(tables);
      world.ports.derived.restore(derived);
      const run = indexUnit(world.contextOn({}, failing(n, when).segments), world.bob);
      await expect(run, `call ${n}`).rejects.toThrow(StorageError);
      await checkFiles();
      await indexUnit(world.contextOn(), world.bob);
      expect(await world.found(world.bob), `call ${n}`).toEqual(expected);
      expect(await world.pending(world.bob), `call ${n}`).toBe(0);
      await checkFiles();
    }
  });
});

test('a message that ends the writer each time is found by its summary in the end', async () => {
  await world.file(letter(1, 'deadly words'));
  const inner = inProcessSegments(world.ports, new UnitReader(world.ports));
  const segments: SegmentWriter = {
    ...inner,
    build: async (segment, documents) => {
      if (JSON.stringify(documents).includes('deadly')) throw new StorageError('a thread ended');
      return await inner.build(segment, documents);
    },
  };
  const run = () => indexUnit(world.contextOn({}, segments), world.bob, { isCareful: true });
  await expect(run()).rejects.toThrow(StorageError);
  await run();
  expect(await world.found(world.bob)).toMatchObject([{ subject: 'letter 1' }]);
  expect(await world.matches(world.bob, 'body', 'deadly')).toBe(0);
});
