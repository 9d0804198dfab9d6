import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_KEPT_CHARACTERS, TEXT_GAP } from '../../../../shared/search/segments/format.ts';
import type { KeptText } from '../../../../shared/search/segments/segment.ts';
import { tokenise } from '../../../../shared/search/tokens/tokenise.ts';
import { mail } from './arbitrary-document.ts';
import { openedOf } from './stored-files.ts';

async function kept(...texts: readonly string[]): Promise<readonly KeptText[]> {
  const segment = await openedOf([mail('a', { texts: texts.map((text) => ({ field: 'body', text })) })]);
  const [message] = await segment.messages([0]);
  return message?.texts ?? [];
}

async function only(text: string): Promise<KeptText> {
  const [first] = await kept(text);
  if (!first) throw new Error('no text was kept');
  return first;
}

const WORDS = Array.from({ length: 20_000 }, (_, n) => `word${n}`);

describe('the characters around a word', () => {
  test.each([
    { position: 5, before: 2, after: 2, text: 'word3 word4 word5 word6 word7', isStart: false, isEnd: false },
    { position: 0, before: 2, after: 1, text: 'word0 word1', isStart: true, isEnd: false },
    { position: 63, before: 1, after: 1, text: 'word62 word63 word64', isStart: false, isEnd: false },
    { position: 64, before: 1, after: 1, text: 'word63 word64 word65', isStart: false, isEnd: false },
    { position: 9999, before: 1, after: 1, text: 'word9998 word9999 word10000', isStart: false, isEnd: false },
    { position: 19_999, before: 1, after: 9, text: 'word19998 word19999', isStart: false, isEnd: true },
  ])('are found in a long text: word $position', async ({ position, before, after, ...expected }) => {
    const around = (await only(WORDS.join(' '))).around(position, before, after);
    expect(around).toMatchObject(expected);
    expect(around.text.slice(around.start)).toMatch(new RegExp(`^word${position}\\b`));
  });

  test('are those of the word, wherever it stands in whatever text', async () => {
    const word = fc.constantFrom(
      'a',
      'Straße',
      '2024/0117-A',
      '東京都庁へ行く',
      '𝒳𝒴',
      '...',
      '\n\n',
      ' '.repeat(300),
      'o’brien',
    );
    const texts = fc.array(word, { maxLength: 400 }).map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(4), fc.nat(4), async (text, before, after) => {
        const starts = new Map<number, number>();
        tokenise(text, (_, position, start) => starts.set(position, starts.get(position) ?? start));
        const [first] = await kept(text);
        for (const [position, start] of starts) {
          const around = first?.around(position, before, after);
          const from = start - (around?.start ?? 0);
          expect(around?.text).toBe(text.slice(from, from + (around?.text.length ?? 0)));
          expect(around?.isStart).toBe(from === 0 && position - before <= 0);
          expect(from).toBeLessThanOrEqual(starts.get(Math.max(0, position - before)) ?? 0);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('are nothing where there is no such word', async () => {
    const text = await only('one two');
    expect(text.around(2, 5, 5)).toEqual({ text: '', start: 0, isStart: false, isEnd: false });
    expect(text.around(1e9, 5, 5).text).toBe('');
  });

  test('are few, however few words there are', async () => {
    const text = await only(`${'.'.repeat(100_000)}one${'-'.repeat(100_000)}two${'.'.repeat(100_000)}`);
    expect(text.around(0, 10, 10).text.length).toBeLessThan(5000);
    const around = text.around(1, 10, 10);
    expect(around.text.length).toBeLessThan(5000);
    expect(around.text.slice(around.start)).toMatch(/^two/);
  });
});

describe('texts that are kept', () => {
  test('of one field follow each other at a distance', async () => {
    const [first, second] = await kept('one two', 'three');
    expect([first?.firstPosition, second?.firstPosition]).toEqual([0, 2 + TEXT_GAP]);
    expect(second?.around(2 + TEXT_GAP, 1, 1)).toEqual({ text: 'three', start: 0, isStart: true, isEnd: true });
  });

  test('open as they do, never with half a character', async () => {
    const text = await only(`a😀${'b'.repeat(40_000)}`);
    expect([1, 2, 3, 4].map((characters) => text.opening(characters))).toEqual(['a', 'a', 'a😀', 'a😀b']);
    expect(text.opening(1e9)).toBe(`a😀${'b'.repeat(40_000)}`);
  });

  test('are whole where a piece would end within a character', async () => {
    const text = `a${'😀'.repeat(30_000)}`;
    expect((await only(text)).opening(1e6)).toBe(text);
  });

  test('end at a limit for all of a message, while words beyond are found', async () => {
    const long = 'lorem ipsum '.repeat(MAX_KEPT_CHARACTERS / 12 + 1);
    const segment = await openedOf([
      mail('a', { texts: [long, 'rare', 'rarer'].map((text) => ({ field: 'body', text: `${text}x` })) }),
    ]);
    const [message] = await segment.messages([0]);
    expect(message?.texts.map((text) => text.opening(1e9).length)).toEqual([MAX_KEPT_CHARACTERS]);
    expect(await segment.terms({ kind: 'range', prefix: 'rare' }, 9)).toHaveLength(2);
    const lastKept = Math.floor(MAX_KEPT_CHARACTERS / 12) * 2 - 1;
    expect(message?.texts[0]?.around(lastKept, 1, 1)).toMatchObject({ start: 6, isStart: false, isEnd: false });
  });
});
