import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndexDocument } from '../../../../shared/search/index-document.ts';
import type { Change } from '../../../../shared/search/segments/changes.ts';
import { mergeSegments } from '../../../../shared/search/segments/merge-segments.ts';
import { documents, inOrder, mail } from './arbitrary-document.ts';
import { builtOf, changed, opened, openedOf, type StoredFiles, stored } from './stored-files.ts';

async function merged(parts: readonly StoredFiles[]): Promise<StoredFiles> {
  return stored(await mergeSegments(await Promise.all(parts.map(opened))));
}

/** The documents whose index is `index` modulo `count`. */
function share<Thing>(things: readonly Thing[], index: number, count: number): Thing[] {
  return things.filter((_, n) => n % count === index);
}

describe('merging segments', () => {
  test('gives the very bytes that building them at once gives', async () => {
    await fc.assert(
      fc.asyncProperty(documents(20), fc.integer({ min: 1, max: 5 }), async (added, count) => {
        const parts = await Promise.all(Array.from({ length: count }, (_, part) => builtOf(share(added, part, count))));
        expect(await merged(parts)).toEqual(await builtOf(added));
      }),
      { numRuns: 50 },
    );
  });

  test('leaves out what was removed, and takes over changed folders and flags', async () => {
    const fate = fc.constantFrom<'kept' | 'removed' | 'moved'>('kept', 'removed', 'moved');
    // Whether a term stood in German text is not known of each message apart.
    const added = documents(16, fc.constant(false));
    await fc.assert(
      fc.asyncProperty(added, fc.array(fate, { minLength: 16, maxLength: 16 }), async (all, fates) => {
        const parts = [];
        const left: IndexDocument[] = [];
        for (const part of [0, 1, 2]) {
          const its = inOrder(share(all, part, 3));
          const changes = new Map<number, Change>();
          for (const [number, document] of its.entries()) {
            const what = fates[all.indexOf(document)];
            const moved = { folders: ['Moved', 'Z'], flags: 3 };
            if (what === 'removed') changes.set(number, { removed: true });
            else left.push(what === 'moved' ? { ...document, ...moved } : document);
            if (what === 'moved') changes.set(number, moved);
          }
          parts.push(changed(await builtOf(its), changes));
        }
        expect(await merged(parts)).toEqual(await builtOf(left));
      }),
      { numRuns: 50 },
    );
  });

  test('works for postings and dictionaries of many blocks', async () => {
    const added = Array.from({ length: 900 }, (_, n) =>
      mail(`m${n}`, {
        sortDate: (n * 37) % 900,
        body: `the ${'the '.repeat(n % 5)} w${n} x${n % 300} ${'long '.repeat(n % 40)}`,
      }),
    );
    const parts = await Promise.all([0, 1, 2].map((part) => builtOf(share(added, part, 3))));
    expect(await merged(parts)).toEqual(await builtOf(added));
  });

  test('may be done again and again', async () => {
    const [a, b, c] = [mail('a', { body: 'one' }), mail('b', { body: 'two one' }), mail('c', { body: 'two' })];
    const first = await merged([await builtOf([a]), await builtOf([b])]);
    expect(await merged([first, await builtOf([c])])).toEqual(await builtOf([a, b, c]));
  });

  test('leaves an empty segment where everything was removed', async () => {
    const parts = [changed(await builtOf([mail('a', { body: 'word' })]), new Map([[0, { removed: true }]]))];
    expect(await merged(parts)).toEqual(await builtOf([]));
  });

  test('gives texts that can be read twice', async () => {
    const built = await mergeSegments([await openedOf([mail('a', { body: 'one' }), mail('b', { body: 'two' })])]);
    expect((await stored(built)).texts).toEqual((await stored(built)).texts);
  });

  test('refuses to copy a damaged text', async () => {
    const files = await builtOf([mail('a', { body: 'one' })]);
    files.texts[5] = (files.texts[5] ?? 0) ^ 1;
    await expect(stored(await mergeSegments([await opened(files)]))).rejects.toMatchObject({ code: 'damaged_segment' });
  });
});
