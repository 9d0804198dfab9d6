import { describe, expect, test } from 'vitest';
import { readAddressList } from '../../../shared/mail/address-list.ts';

const good: readonly [
  reason: string,
  value: string,
  expected: readonly (readonly [name: string, address: string])[],
][] = [
  ['address alone', 'ann@example.org', [['', 'ann@example.org']]],
  ['name and address', 'Ann B. Example <ann@example.org>', [['Ann B. Example', 'ann@example.org']]],
  [
    'quoted name with comma and escapes',
    '"Example, \\"Ann\\"" <a@b.c>, d@e.f',
    [
      ['Example, "Ann"', 'a@b.c'],
      ['', 'd@e.f'],
    ],
  ],
  ['encoded name, in two words', '=?utf-8?Q?J=C3=B6?= =?utf-8?B?cmc=?= <j@b.c>', [['Jörg', 'j@b.c']]],
  ['encoded word in quotes (Outlook)', '"=?utf-8?Q?J=C3=B6rg?=" <j@b.c>', [['Jörg', 'j@b.c']]],
  [
    'group',
    'Team: a@b.c, Bea <b@b.c>;, x@y.z',
    [
      ['', 'a@b.c'],
      ['Bea', 'b@b.c'],
      ['', 'x@y.z'],
    ],
  ],
  ['empty group', 'undisclosed-recipients:;', []],
  ['comment as the name (RFC 822 style)', 'ann@example.org (Ann Example)', [['Ann Example', 'ann@example.org']]],
  [
    'comments within each other and within the address',
    'Pete(A \\) chap (b)) <pete(his)@silly.test(host)>',
    [['Pete', 'pete@silly.test']],
  ],
  ['blanks around dots (RFC 5322, A.6.3)', 'Ann <ann@machine(x).  example>', [['Ann', 'ann@machine.example']]],
  ['obsolete route', 'Ann <@a.example,@b.example:ann@example.org>', [['Ann', 'ann@example.org']]],
  ['quoted local part', '"ann example"@example.org', [['', '"ann example"@example.org']]],
  [
    'quoted local part in brackets, with a comma',
    '<"a,b"@example.org>, c@d.e',
    [
      ['', '"a,b"@example.org'],
      ['', 'c@d.e'],
    ],
  ],
  [
    'domain literal',
    'Ann <a@[IPv6:::1]>, b@[192.0.2.1]',
    [
      ['Ann', 'a@[IPv6:::1]'],
      ['', 'b@[192.0.2.1]'],
    ],
  ],
  ['internationalised (RFC 6532)', 'Jöhn <jdöe@mächine.example>', [['Jöhn', 'jdöe@mächine.example']]],
  ['bang path (UUCP)', 'a!b!user@c.d', [['', 'a!b!user@c.d']]],
  [
    'addresses with nothing but blanks between them',
    'a@b.c d@e.f',
    [
      ['', 'a@b.c'],
      ['', 'd@e.f'],
    ],
  ],
  [
    'mailboxes with nothing but blanks between them',
    'Ann <a@b.c> Dan D. <d@e.f>, x@y.z',
    [
      ['Ann', 'a@b.c'],
      ['Dan D.', 'd@e.f'],
      ['', 'x@y.z'],
    ],
  ],
  ['an address that is written in front of brackets is a name', 'x@y.z <a@b.c>', [['x@y.z', 'a@b.c']]],
  ['encoded word with specials in it', '=?utf-8?Q?a:_=C3=BC_<b>,?= <a@b.c>', [['a: ü <b>,', 'a@b.c']]],
  ['name equal to address is no name', '"a@b.c" <a@b.c>', [['', 'a@b.c']]],
];

const bad: typeof good = [
  [
    'semicolons between addresses (Outlook)',
    'a@b.c; d@e.f',
    [
      ['', 'a@b.c'],
      ['', 'd@e.f'],
    ],
  ],
  ['no brackets', 'Ann Example ann@example.org', [['Ann Example', 'ann@example.org']]],
  [
    'bracket that never closes',
    'Ann <a@b.c, Bea <d@e.f>',
    [
      ['Ann', 'a@b.c'],
      ['Bea', 'd@e.f'],
    ],
  ],
  [
    'quote that never closes',
    '"Ann <a@b.c>, d@e.f',
    [
      ['Ann', 'a@b.c'],
      ['', 'd@e.f'],
    ],
  ],
  [
    'comment that never closes',
    'Ann (x <a@b.c>, d@e.f',
    [
      ['Ann x', 'a@b.c'],
      ['', 'd@e.f'],
    ],
  ],
  ['twice in brackets', '<<a@b.c>>', [['', 'a@b.c']]],
  ['address in quotes', '"a@b.c"', [['', 'a@b.c']]],
  ['mailto', 'mailto:a@b.c', [['', 'a@b.c']]],
  ['stray commas', ',, a@b.c ,', [['', 'a@b.c']]],
  [
    'local part alone',
    'root, Cron Daemon <root>',
    [
      ['', 'root'],
      ['Cron Daemon', 'root'],
    ],
  ],
  ['name alone', 'Ann Example', [['Ann Example', '']]],
  ['null address', '<>', []],
  ['nothing but a comment', '(nobody), a@b.c', [['', 'a@b.c']]],
  ['empty', '', []],
];

describe('readAddressList', () => {
  test.each(good)('reads %s', (_, value, expected) => expect(pairs(value)).toEqual(expected));
  test.each(bad)('makes the best of %s', (_, value, expected) => expect(pairs(value)).toEqual(expected));

  test('stops at its limit', () => expect(readAddressList('a@b,c@d,e@f', 2)).toHaveLength(2));

  test.each(['"\\', '(', '<,', '<"', '<@', 'a:', '=?a?Q?x'])('takes linear time for a million of %s', (piece) => {
    const start = performance.now();
    readAddressList(piece.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

function pairs(value: string): [string, string][] {
  return readAddressList(value).map(({ name, address }) => [name ?? '', address]);
}
