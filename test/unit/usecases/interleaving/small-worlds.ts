import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { StorageError } from '../../../../shared/errors.ts';
import type { Item, Tables } from '../../../../shared/ports/tables.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import type { World } from './explorer.ts';
import { gatedPorts } from './gated-ports.ts';
import type { Process } from './unfolded-process.ts';

type Does = (tables: Tables, name: string) => Promise<void>;

/** What one process does on the tables of a small world. */
export interface Doing {
  readonly name: string;
  readonly does: Does;
  readonly crashes?: number;
}

/** Processes on empty tables. */
export function worldOf(
  doings: readonly Doing[],
  check: (tables: Tables) => Promise<void> = async () => undefined,
): World {
  const tables = createMemoryTables();
  const ports = { ...createMemoryPorts('small'), tables };
  return {
    processes: doings.map(
      ({ name, does, crashes = 0 }): Process => ({
        name,
        copies: 1,
        crashes,
        start: (gate) => does(gatedPorts(ports, gate, { seesVersions: true }).tables, name),
      }),
    ),
    stores: {
      keep: () => {
        const kept = tables.snapshot();
        return () => tables.restore(kept);
      },
      text: () =>
        [...tables.snapshot().rows.values()]
          .map(({ json }) => json)
          .sort()
          .join('\n'),
    },
    check: () => check(tables),
  };
}

const COUNT = { pk: 'p', sk: 'count' };

/** Three that each put something of their own and count themselves; whoever dies begins again. */
export function countingWorld(add: Does): World {
  const does: Does = async (tables, name) => {
    await putItem(tables, name);
    await add(tables, name);
  };
  const doings = ['one', 'two', 'three'].map((name) => ({ name, does, crashes: name === 'one' ? 1 : 0 }));
  return worldOf(doings, async (tables) => {
    const { length } = countedBy(await tables.get('messages', COUNT));
    if (length !== doings.length) throw new Error(`counted ${length} of ${doings.length}`);
  });
}

export const addByVersion: Does = async (tables, name) => {
  const item = await tables.get('messages', COUNT);
  if (countedBy(item).includes(name)) return;
  const put = item
    ? await tables.putIfVersion('messages', countWith(item, name), item.version)
    : await tables.putIfAbsent('messages', countWith(item, name));
  if (put !== 'stored') throw new StorageError('another was quicker');
};

export const addAnyhow: Does = async (tables, name) => {
  const item = await tables.get('messages', COUNT);
  if (!countedBy(item).includes(name)) await tables.put('messages', countWith(item, name));
};

function countWith(item: Item | undefined, name: string): Item {
  return { ...COUNT, version: (item?.version ?? 0) + 1, data: { by: [...countedBy(item), name].join(' ') } };
}

function countedBy(item: Item | undefined): readonly string[] {
  return typeof item?.data.by === 'string' ? item.data.by.split(' ') : [];
}

/** Each waits for what the other puts only then. */
export function waitingWorld(): World {
  const waiting = (name: string, sk: string, then: string): Doing => ({
    name,
    does: async (tables) => {
      if (!(await tables.get('messages', { pk: 'p', sk }))) throw new StorageError('not yet');
      await putItem(tables, then);
    },
  });
  return worldOf([waiting('one', 'a', 'b'), waiting('another', 'b', 'a'), putting('third', 'c')]);
}

export function putting(name: string, sk: string): Doing {
  return { name, does: (tables) => putItem(tables, sk) };
}

/** Fails for good where it finds this. */
export function failingAfter(sk: string): Doing {
  return {
    name: 'failing',
    does: async (tables) => {
      if (await tables.get('messages', { pk: 'p', sk })) throw new Error('it is there');
    },
  };
}

/** Does what the order of its answers says. */
export const racing: Doing = {
  name: 'racing',
  does: async (tables) => {
    const order: string[] = [];
    const look = async (sk: string) => {
      await tables.get('messages', { pk: 'p', sk });
      order.push(sk);
    };
    await Promise.all([look('a'), look('b')]);
    await putItem(tables, `${order[0]} first`);
  },
};

async function putItem(tables: Tables, sk: string): Promise<void> {
  await tables.put('messages', { pk: 'p', sk, version: 1, data: {} });
}
