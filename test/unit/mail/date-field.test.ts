import { describe, expect, test } from 'vitest';
import { readDateField } from '../../../shared/mail/date-field.ts';

const good = [
  ['RFC 5322', 'Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06.000Z'],
  ['no day of week, no seconds', '1 Jan 2026 12:00 +0000', '2026-01-01T12:00:00.000Z'],
  ['comment behind', 'Tue, 6 May 2003 10:00:00 +0200 (CEST)', '2003-05-06T08:00:00.000Z'],
  [
    'comments and blanks within (RFC 5322, A.6.3)',
    'Fri, 21 Nov 1997 09(comment):   55  :  06 -0600',
    '1997-11-21T15:55:06.000Z',
  ],
  ['obsolete zone', 'Wed, 11 Feb 98 11:51 CST', '1998-02-11T17:51:00.000Z'],
  ['two-digit year of this century', '21 Nov 49 00:00:00 GMT', '2049-11-21T00:00:00.000Z'],
  ['three-digit year', 'Fri, 21 Nov 103 00:00:00 UT', '2003-11-21T00:00:00.000Z'],
  ['unknown zone is UTC', 'Fri, 21 Nov 1997 09:55:06 XYZ', '1997-11-21T09:55:06.000Z'],
  ['no zone', 'Fri, 21 Nov 1997 09:55:06', '1997-11-21T09:55:06.000Z'],
  ['leap second', 'Sat, 31 Dec 2016 23:59:60 +0000', '2016-12-31T23:59:59.000Z'],
  ['leap day', '29 Feb 2024 00:00:00 +0000', '2024-02-29T00:00:00.000Z'],
  ['GMT and offset (Lotus Notes)', '6 May 2003 10:00:00 GMT+0200', '2003-05-06T08:00:00.000Z'],
  ['ctime', 'Mon Jan  2 15:04:05 2006', '2006-01-02T15:04:05.000Z'],
  ['ctime with zone', 'Mon Jan 2 15:04:05 EST 2006', '2006-01-02T20:04:05.000Z'],
  ['hyphens', '01-Jan-2001 00:00:00 +0000', '2001-01-01T00:00:00.000Z'],
  ['year 0102 (spam software of 2002)', 'Thu, 22 Aug 0102 12:07:35 +0800', '2002-08-22T04:07:35.000Z'],
  ['twelve hours', '28 Jun 01 10:05:15 PM', '2001-06-28T22:05:15.000Z'],
  ['midnight in twelve hours', '03 Jul 01 12:47:50 AM', '2001-07-03T00:47:50.000Z'],
] as const;

const bad = [
  ['empty', ''],
  ['words', 'yesterday'],
  ['a number, which Date.parse takes', '2026'],
  ['ISO 8601', '2026-01-01T00:00:00Z'],
  ['30 February', '30 Feb 2024 00:00:00 +0000'],
  ['day 0', '0 Jan 2024 00:00:00 +0000'],
  ['hour 24', '1 Jan 2024 24:00:00 +0000'],
  ['minute 60', '1 Jan 2024 00:60:00 +0000'],
  ['unknown month', '1 Foo 2024 00:00:00 +0000'],
  ['offset of 99 hours', '1 Jan 2024 00:00:00 +9900'],
  ['before 1900', '1 Jan 1800 00:00:00 +0000'],
  ['day 029', 'Tue, 029 Apr 2019 23:34:45 -0800'],
  ['a comment that never closes', '(1 Jan 2024 00:00:00 +0000'],
  ['a long one', `${' '.repeat(2_000)}1 Jan 2024 00:00:00 +0000`],
] as const;

describe('readDateField', () => {
  test.each(good)('reads %s', (_, value, expected) => expect(readDateField(value)?.toISOString()).toBe(expected));
  test.each(bad)('does not read %s', (_, value) => expect(readDateField(value)).toBeUndefined());
});
