import fc from 'fast-check';
import { StorageError } from '../../../../shared/errors.ts';
import type { Tables } from '../../../../shared/ports/tables.ts';
import type { World } from './explorer.ts';
import { type Doing, worldOf } from './small-worlds.ts';

/** What a process of a random world does next: at one place, or at two at once. */
interface Step {
  readonly does: 'get' | 'query' | 'put' | 'putIfAbsent' | 'delete' | 'await';
  readonly at: readonly string[];
  /** Whether it tells what it was answered. */
  readonly tells: boolean;
}

const place = fc.constantFrom('a', 'ab', 'b', 'c');

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('get', 'get', 'query', 'put', 'put', 'putIfAbsent', 'delete', 'await'),
  at: fc.oneof({ weight: 3, arbitrary: fc.tuple(place) }, { weight: 1, arbitrary: fc.constant(['a', 'b']) }),
  tells: fc.boolean(),
});

const doing = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  crashes: fc.constantFrom(0, 0, 1),
});

/** Worlds of two or three processes that get into each other's way at a few places, and some of which wait for others. */
export const randomWorlds: fc.Arbitrary<() => World> = fc
  .array(doing, { minLength: 2, maxLength: 3 })
  .map((doings) => () => worldOf(doings.map(({ steps, crashes }, index) => doingOf(`p${index}`, steps, crashes))));

function doingOf(name: string, steps: readonly Step[], crashes: number): Doing {
  return {
    name,
    crashes,
    does: async (tables) => {
      for (const [index, { does, at, tells }] of steps.entries()) {
        const answers = await Promise.all(at.map((sk) => take(tables, does, sk, name)));
        if (tells) await putText(tables, `told ${name} ${index}`, JSON.stringify(answers));
      }
    },
  };
}

async function take(tables: Tables, does: Step['does'], sk: string, name: string): Promise<unknown> {
  const key = { pk: 'p', sk };
  if (does === 'get') return (await tables.get('messages', key))?.data.text;
  if (does === 'query')
    return (await tables.query('messages', 'p', { prefix: sk, limit: 9 })).items.map((item) => item.sk);
  if (does === 'put') return await putText(tables, sk, name);
  if (does === 'putIfAbsent') return await tables.putIfAbsent('messages', { ...key, version: 1, data: { text: name } });
  if (does === 'delete') return await tables.deleteIfVersion('messages', key, 1);
  if (!(await tables.get('messages', key))) throw new StorageError('not yet');
  return undefined;
}

async function putText(tables: Tables, sk: string, text: string): Promise<void> {
  await tables.put('messages', { pk: 'p', sk, version: 1, data: { text } });
}
