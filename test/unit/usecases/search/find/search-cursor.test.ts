import { expect, test } from 'vitest';
import { createSeededEntropy } from '../../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemorySecrets } from '../../../../../shared/adapters/memory/memory-secrets.ts';
import { InvalidRequestError } from '../../../../../shared/errors.ts';
import { openCursor, sealCursor } from '../../../../../shared/usecases/search/find/search-cursor.ts';

const entropy = createSeededEntropy('cursor');
const ports = { secrets: createMemorySecrets(entropy), entropy };
const cursor = { after: [12, 'mb-secret'], statistics: { documents: 3, words: 9, frequencies: [1] } };

test('a cursor comes back as it was', async () => {
  const sealed = await sealCursor(ports, 'a search', cursor);
  expect(await openCursor(ports, 'a search', sealed)).toEqual(cursor);
});

test('a cursor tells nothing of where it points', async () => {
  const sealed = await sealCursor(ports, 'a search', cursor);
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/mb-secret|documents|12/);
});

test('a cursor of another search, or made by hand, is refused', async () => {
  const sealed = await sealCursor(ports, 'a search', cursor);
  const bent = Buffer.from(sealed, 'base64url');
  bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
  for (const [boundTo, text] of [
    ['another search', sealed],
    ['a search', bent.toString('base64url')],
    ['a search', ''],
    ['a search', 'x'],
    ['a search', sealed.slice(0, 30)],
    ['a search', '\0\ud800'],
  ] as const) {
    await expect(openCursor(ports, boundTo, text)).rejects.toThrow(InvalidRequestError);
  }
});
