import { describe, expect, test } from 'vitest';
import { mayShorten, type PolicyTerms, policyFault } from '../../../../shared/domain/retention/policy-rules.ts';
import { policy } from './retention-cases.ts';

const terms = (change: Partial<PolicyTerms>): PolicyTerms => policy('rp-1', change);

test.each<[string, Partial<PolicyTerms>, RegExp | undefined]>([
  ['a minimum', { minimum: { years: 10 } }, undefined],
  ['both', { minimum: { years: 6 }, maximum: { years: 10 } }, undefined],
  ['neither', {}, /minimum or a maximum/],
  ['a maximum that is shorter', { minimum: { years: 10 }, maximum: { years: 6 } }, /shorter/],
  ['a maximum that is shorter in another unit', { minimum: { years: 10 }, maximum: { days: 400 } }, /shorter/],
  ['a maximum that may be shorter in some years only', { minimum: { months: 1 }, maximum: { days: 30 } }, undefined],
  [
    'a maximum to the end of the year',
    { minimum: { years: 2 }, maximum: { years: 1, endOfCalendarYear: true } },
    undefined,
  ],
  ['a hundred and one years', { maximum: { years: 101 } }, /100 years/],
  ['a part of a day', { maximum: { days: 0.5 } }, /whole number/],
  ['a folder beside a minimum', { minimum: { days: 1 }, conditions: { folders: ['Trash'] } }, /without one/],
  ['a search beside a minimum', { minimum: { days: 1 }, conditions: { query: 'x' } }, /without one/],
  ['a search beside a maximum', { maximum: { days: 1 }, conditions: { query: 'x' } }, undefined],
  [
    'a default policy with conditions',
    { isDefault: true, minimum: { days: 1 }, conditions: { mailboxes: ['m'] } },
    /all mail/,
  ],
  ['a special-use folder', { maximum: { days: 1 }, conditions: { folders: ['\\Trash'] } }, /as the archive shows/],
  ['a priority that is no whole number', { minimum: { days: 1 }, priority: 1.5 }, /priority/],
])('a policy with %s is right or says what is wrong', (_name, change, fault) => {
  const found = policyFault(terms(change));
  if (fault) expect(found).toMatch(fault);
  else expect(found).toBeUndefined();
});

describe('a change lets mail go earlier', () => {
  const min = (years: number): Partial<PolicyTerms> => ({ minimum: { years } });
  const max = (years: number): Partial<PolicyTerms> => ({ maximum: { years } });
  test.each<[string, Partial<PolicyTerms> | undefined, Partial<PolicyTerms> | undefined, boolean]>([
    ['a new minimum', undefined, min(1), false],
    ['a new maximum', undefined, max(1), true],
    ['a longer minimum', min(1), min(2), false],
    ['a shorter minimum', min(2), min(1), true],
    ['a minimum in another unit that is certainly longer', { minimum: { days: 365 } }, min(2), false],
    ['a minimum in another unit that may be shorter', { minimum: { days: 366 } }, min(1), true],
    ['a minimum to the end of the year', min(1), { minimum: { years: 1, endOfCalendarYear: true } }, false],
    ['a minimum no more to the end of the year', { minimum: { years: 1, endOfCalendarYear: true } }, min(1), true],
    ['no minimum any more', min(1), max(9), true],
    ['a maximum beside a minimum', min(1), { ...min(1), ...max(9) }, true],
    ['a longer maximum', max(1), max(2), false],
    ['a shorter maximum', max(2), max(1), true],
    ['no maximum any more: another may apply', { ...min(1), ...max(2) }, min(1), true],
    ['another priority of a maximum', max(1), { ...max(1), priority: 1 }, true],
    ['another priority of a minimum', min(1), { ...min(1), priority: 1 }, false],
    ['a minimum for other mail', min(1), { ...min(1), conditions: { mailboxes: ['mb-1'] } }, true],
    ['a minimum counted otherwise', min(1), { ...min(1), countedFrom: 'received' }, true],
    ['another name', { ...min(1), ...max(2) }, { ...min(1), ...max(2), name: 'other' }, false],
    ['retiring', min(1), undefined, true],
  ])('%s', (_name, before, after, isShorter) => {
    expect(mayShorten(before && terms(before), after && terms(after))).toBe(isShorter);
  });
});
