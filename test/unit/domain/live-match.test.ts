import { describe, expect, test } from 'vitest';
import { type LiveHeader, type MatchCandidate, matchByHeader } from '../../../shared/domain/live-match.ts';

const DATE = '2026-01-02T03:04:05.000Z';
const live: LiveHeader = { sizeBytes: 5_000, date: DATE };

function candidate(change: Partial<MatchCandidate> = {}): MatchCandidate {
  return { date: DATE, receivedAt: '2026-01-02T03:05:00.000Z', from: 'a@example.org', sizeBytes: 5_000, ...change };
}

describe('matchByHeader', () => {
  const first = candidate();
  const anew = candidate({ sizeBytes: 7_000 });
  const cases: {
    readonly name: string;
    readonly live?: LiveHeader;
    readonly candidates: readonly MatchCandidate[];
    readonly decision: ReturnType<typeof matchByHeader>;
  }[] = [
    { name: 'nothing has the Message-ID', candidates: [], decision: 'none' },
    { name: 'the very size', candidates: [first, anew], decision: { candidate: first } },
    { name: 'another Date', candidates: [candidate({ date: '2026-01-02T03:04:06.000Z' })], decision: 'none' },
    {
      name: 'a Date that nobody can read, on both sides',
      live: { sizeBytes: 5_000 },
      candidates: [candidate({ date: first.receivedAt })],
      decision: { candidate: candidate({ date: first.receivedAt }) },
    },
    { name: 'another size: From is asked for', candidates: [anew], decision: 'ask-from' },
    {
      name: 'another size and the same From, in any case',
      live: { ...live, from: 'A@example.org' },
      candidates: [anew],
      decision: { candidate: anew },
    },
    { name: 'another From', live: { ...live, from: 'b@example.org' }, candidates: [anew], decision: 'none' },
    {
      name: 'a From that cannot be compared',
      live: { ...live, from: null },
      candidates: [anew],
      decision: 'ask-bytes',
    },
    {
      name: 'quite another size',
      live: { ...live, from: 'a@example.org' },
      candidates: [candidate({ sizeBytes: 50_000 })],
      decision: 'ask-bytes',
    },
    {
      name: 'several of about that size',
      live: { ...live, from: 'a@example.org' },
      candidates: [anew, candidate({ sizeBytes: 5_100 })],
      decision: 'ask-bytes',
    },
    {
      name: 'one of about that size, and another',
      live: { ...live, sizeBytes: 100_000, from: 'a@example.org' },
      candidates: [candidate({ sizeBytes: 130_000 }), candidate({ sizeBytes: 900_000 })],
      decision: { candidate: candidate({ sizeBytes: 130_000 }) },
    },
    { name: 'two of the very size', candidates: [first, candidate()], decision: 'ask-from' },
  ];
  test.each(cases)('$name', ({ live: header = live, candidates, decision }) => {
    expect(matchByHeader(header, candidates)).toEqual(decision);
  });
});
