import { expect, test } from 'vitest';
import { approved, deletion } from '../unit/usecases/interleaving/door-deeds.ts';
import { doorWorld } from '../unit/usecases/interleaving/door-world.ts';
import { explore } from '../unit/usecases/interleaving/explorer.ts';

test('two jobs of two requests at once: one of them has the message, and all of it goes', async () => {
  const world = await doorWorld(
    async (door) => {
      const one = deletion(door, await approved(door));
      const other = deletion(door, await approved(door));
      return [one, { ...other, name: 'another deletion' }];
    },
    ({ state, objects }) => {
      expect([state, objects]).toEqual(['purged', 0]);
    },
  );
  const { states } = await explore(world);
  expect(states).toBeGreaterThan(10_000);
});
