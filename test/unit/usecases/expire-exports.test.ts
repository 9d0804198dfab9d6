import { expect, test } from 'vitest';
import { expireExports } from '../../../shared/usecases/expire-exports.ts';
import { createMemoryPorts } from './memory-ports.ts';

const HOUR_MS = 3_600_000;

test('what was exported a day ago goes, and nothing else of what can be made again', async () => {
  const ports = createMemoryPorts('expiry');
  const put = (key: string) => ports.derived.put(key, Buffer.from('x'));
  for (const key of ['exports/access/r/j/part-1.zip', 'exports/copies/a', 'exports/searches/j.json', 'segments/s']) {
    await put(key);
  }
  ports.clock.advance(23 * HOUR_MS);
  // Written anew, it begins anew.
  await put('exports/searches/j.json');
  expect(await expireExports(ports)).toBe(0);
  ports.clock.advance(HOUR_MS);
  expect(await expireExports(ports)).toBe(2);
  const left: string[] = [];
  for await (const { key } of ports.derived.list('')) left.push(key);
  expect(left).toEqual(['exports/searches/j.json', 'segments/s']);
  expect(await expireExports(ports)).toBe(0);
});
