import { describe, expect, test } from 'vitest';
import { wordlessTexts } from '../../../../shared/search/matching/wordless-texts.ts';
import { parseQuery } from '../../../../shared/search/query/parse-query.ts';

const NOW = new Date('2026-03-01T00:00:00.000Z');

describe('wordlessTexts', () => {
  test.each<[string, string[]]>([
    ['invoice', []],
    ['🎉', ['🎉']],
    ['subject:🎉 from:shop', ['🎉']],
    ['invoice -"***"', ['***']],
    ['(🎉 OR invoice) larger:1M', ['🎉']],
    ['invoice NEAR 🎉', ['🎉']],
    ['C++ R&D from:@example.org', []],
    ['before:2024 is:signed folder:Inbox', []],
  ])('of %s are %j', (query, wordless) => {
    expect(wordlessTexts(parseQuery(query, { now: NOW }))).toEqual(wordless);
  });
});
