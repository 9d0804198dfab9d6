import fc from 'fast-check';
import { expect, test } from 'vitest';
import { subjectKey } from '../../../shared/search/subject-key.ts';

test.each([
  { subject: 'Offer', key: 'offer', why: 'case' },
  { subject: 'Re: AW: Fwd: Offer', key: 'offer', why: 'answers and forwards' },
  { subject: 'RE[3]: Offer', key: 'offer', why: 'counted answers' },
  { subject: '[list] Re: [list] Offer', key: 'offer', why: 'labels of lists' },
  { subject: 'Äpfel', key: 'apfel', why: 'accents' },
  { subject: '  a \t b ', key: 'a b', why: 'white space' },
  { subject: 'Re:', key: 're:', why: 'nothing but a prefix' },
  { subject: 'Report: Offer', key: 'report: offer', why: 'a word that only begins like a prefix' },
  { subject: '回复：你好', key: '回复:你好', why: 'prefixes of no list stay' },
])('$subject is sorted as $key: $why', ({ subject, key }) => {
  expect(subjectKey(subject)).toBe(key);
});

test('any subject has a short, well-formed key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (subject) => {
      const key = subjectKey(`Re: ${subject}`);
      expect(key.length).toBeLessThanOrEqual(48);
      expect(key.isWellFormed()).toBe(true);
    }),
  );
});
