import { describe, expect, test } from 'vitest';
import { domainOf, normaliseAddress } from '../../../shared/domain/address.ts';

describe('addresses are the same whatever', () => {
  test.each([
    { why: 'case', one: 'Ida@Example.ORG', other: 'ida@example.org' },
    { why: 'label of an internationalised domain', one: 'ida@bücher.example', other: 'ida@xn--bcher-kva.example' },
    { why: 'composition of letters', one: 'ida@bu\u0308cher.example', other: 'ida@bücher.example' },
    { why: 'composition in the local part', one: 'jose\u0301@x.test', other: 'josé@x.test' },
  ])('$why they are written in', ({ one, other }) => {
    expect(normaliseAddress(one)).toBe(normaliseAddress(other));
    expect(domainOf(one)).toBe(domainOf(other));
  });

  test('a domain that is none stays as it is, and different ones stay different', () => {
    expect(normaliseAddress('a@ü b')).toBe('a@ü b');
    expect(normaliseAddress('ü')).toBe('ü');
    for (const domain of [
      'x.test/ü',
      'x.test?ü',
      'x.test#ü',
      'x.test\\ü',
      'x.test:80/ü',
      '%61\u00ad.test',
      'x\t.testü',
    ]) {
      expect(normaliseAddress(`a@${domain}`)).toBe(`a@${domain}`);
      expect(domainOf(`a@${domain}`)).toBe(domain);
    }
    expect(normaliseAddress('a@bücher.example')).not.toBe(normaliseAddress('a@bucher.example'));
  });
});
