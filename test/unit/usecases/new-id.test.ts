import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../shared/adapters/memory/memory-entropy.ts';
import { base32, firstIdAt, newId } from '../../../shared/usecases/new-id.ts';

const clock = createManualClock(new Date('2026-01-01T00:00:00.000Z'));
const ports = { clock, entropy: createSeededEntropy('ids') };

describe('newId', () => {
  test('has the prefix, nine characters of time and sixteen of randomness', () => {
    expect(newId(ports, 'mb')).toMatch(/^mb-[0-9a-v]{25}$/);
  });

  test('sorts by the time it was made', () => {
    const ids = [0, 1, 31, 32, 1_000, 40_000_000_000].map((milliseconds) => {
      clock.set(new Date(Date.parse('2026-01-01T00:00:00.000Z') + milliseconds));
      return newId(ports, 'mb');
    });
    expect(ids.toSorted()).toEqual(ids);
  });

  test('differs within a millisecond', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newId(ports, 'mb'))).size).toBe(1_000);
  });

  test('stands behind the first id of its instant and before that of the next', () => {
    const now = clock.now();
    const id = newId(ports, 'mb');
    expect(firstIdAt('mb', now) < id).toBe(true);
    expect(id < firstIdAt('mb', new Date(now.getTime() + 1))).toBe(true);
  });
});

test.each([
  ['', ''],
  ['f', 'co'],
  ['fo', 'cpng'],
  ['foo', 'cpnmu'],
  ['foob', 'cpnmuog'],
  ['fooba', 'cpnmuoj1'],
  ['foobar', 'cpnmuoj1e8'],
])('base32 of %j is that of RFC 4648, section 10, in lower case and unpadded', (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected);
});
