import { describe, expect, test } from 'vitest';
import { leavesOutOnly } from '../../../../shared/search/query/leaves-out-only.ts';
import { parseQuery, readQuery } from '../../../../shared/search/query/parse-query.ts';
import { MAX_CLAUSES, MAX_DEPTH } from '../../../../shared/search/query/query-limits.ts';

const now = new Date('2026-03-11T12:00:00.000Z');
const forgivenIn = (text: string) => readQuery(text, { now }).forgiven.map(({ what }) => what);

describe('a query forgives', () => {
  test.each([
    ['form:hz@ext.example', 'no-field', 'a slip of the fingers'],
    ['-form:hz@ext.example', 'no-field', 'that leaves out nothing'],
    ['form: hz@ext.example', 'no-field', 'with a space, as fields may have'],
    ['(plums folder:Keep)', 'no-field', 'in a group'],
    ['subject:(plums form:hz)', 'no-field', 'in a group that is a value'],
    ['für:anna', 'no-field', 'in another language'],
    ['from：hz@ext.example', 'no-field', 'a field with a Chinese colon'],
    ['from :hz@ext.example', 'no-field', 'a field before a space'],
    ['plums +from:hz', 'no-field', 'a plus sign, as elsewhere'],
    ['plums –from:hz', 'no-field', 'a dash of a word processor'],
    ['Re: offer', 'no-field', 'what mail programs write'],
    ['from:', 'no-field', 'a field without a value'],
    ['from: subject:plums', 'no-field', 'a field before another one'],
    ['\u200bfrom:eve', 'no-field', 'behind a zero-width space'],
    ['plums -\u2060from:eve', 'no-field', 'behind a word joiner and a minus sign'],
    ['fr\u200dom:eve', 'no-field', 'a zero-width joiner within'],
    ['from\u00ad:eve', 'no-field', 'a soft hyphen before the colon'],
    ['from\ufeff:eve', 'no-field', 'a byte order mark before the colon'],
    ['\u202efrom:eve', 'no-field', 'behind a mark of direction'],
    ['ｆｒｏｍ：eve', 'no-field', 'full-width letters'],
    ['from﹕eve', 'no-field', 'a small colon'],
    ['plums,form:anna', 'no-field', 'behind a comma'],
    ['[form:anna]', 'no-field', 'in brackets'],
    ['invoice;from:eve', 'no-field', 'behind a semicolon'],
    ['invoice,-from:eve', 'no-field', 'behind a comma and a minus sign'],
    ['invoice，from:eve', 'no-field', 'behind a Chinese comma'],
    ['plums|from:eve', 'no-field', 'behind a bar without a space'],
    ['plums(from:eve)', 'no-field', 'behind a parenthesis within a word'],
    ['…from:eve', 'no-field', 'behind an ellipsis'],
    ["'from:eve'", 'no-field', 'in apostrophes'],
    ['mailto: eve', 'no-field', 'no address'],
    ['form:/files', 'no-field', 'longer than the letter of a drive'],
    ['plums NOT(pears)', 'no-operator', 'no space behind NOT'],
    ['plums OR(pears)', 'no-operator', 'no space behind OR'],
    ['AND(plums OR pears)', 'no-operator', 'no space behind AND'],
    ['plums NEAR(pears)', 'no-operator', 'no space behind NEAR'],
    ['plums NEAR/5(pears)', 'no-operator', 'no space behind NEAR with a distance'],
    ['(plums)OR(pears)', 'no-operator', 'no space on either side'],
    ['(plums NOT(pears))', 'no-operator', 'in a group'],
    ['subject:NOT(pears)', 'no-operator', 'behind a field'],
    ['plums -NOT(pears)', 'no-operator', 'behind a minus sign'],
    ['plums NOT\u200b(pears)', 'no-operator', 'a zero-width space is none'],
    ['plums NOT\u200b pears', 'no-operator', 'what nobody sees behind it'],
    ['plums ＯＲ pears', 'no-operator', 'full-width letters'],
    ['plums ＮＯＴ（pears）', 'no-operator', 'full-width letters and parentheses'],
    ['-after:2027-02-29', 'no-value', 'a day that there is not'],
    ['before:2024-13', 'no-value', 'a month that there is not'],
    ['on:2024..x', 'no-value', 'half a range'],
    ['after:"next week"', 'no-value', 'a day in words'],
    ['larger:big', 'no-value', 'no size'],
    ['is:blue', 'no-value', 'no flag'],
    ['has:(attachment OR pictures)', 'no-value', 'one of several'],
    ['type:pdf,xyz', 'no-value', 'a list with a type that there is not'],
    ['header:X-Mailer', 'no-value', 'a header field without its value'],
    ['plums --pears', 'sign', 'two minus signs'],
    ['plums \u200b-pears', 'sign', 'a minus sign behind a zero-width space'],
    ['plums –pears', 'sign', 'a dash for a minus sign'],
    ['pl*ms', 'sign', 'an asterisk within'],
    ['*ums', 'sign', 'an asterisk at the beginning'],
    ['"plums and pears', 'quotation-mark', 'nothing closes it'],
    ['from:"Ann Smith', 'quotation-mark', 'nothing closes it behind a field'],
    ['plums"', 'quotation-mark', 'nothing opens it'],
    ['plums "', 'nothing', 'one of its own'],
    ['(plums OR pears', 'parenthesis', 'nothing closes it'],
    ['plums OR pears)', 'parenthesis', 'nothing opens it'],
    ['from(plums OR pears', 'parenthesis', 'within a word'],
    ['plums OR', 'operator', 'nothing behind it'],
    ['AND plums', 'operator', 'nothing before it'],
    ['(plums NOT)', 'operator', 'nothing behind it in a group'],
    ['OR', 'operator', 'nothing else'],
    ['plums NEAR', 'operator', 'nothing behind it'],
    ['plums ""', 'nothing', 'no words'],
    ['plums *', 'nothing', 'all beginnings'],
    ['plums - pears', 'nothing', 'a minus sign of its own'],
    ['plums ()', 'nothing', 'an empty group'],
    ['plums NEAR is:sent', 'near', 'not a word'],
    ['plums NEAR -pears', 'near', 'what is left out'],
    [`${'('.repeat(MAX_DEPTH + 1)}plums${')'.repeat(MAX_DEPTH + 1)}`, 'limit', 'too deep'],
    ['plum '.repeat(MAX_CLAUSES + 1), 'limit', 'too many words'],
  ])('%j: %s (%s)', (text, what) => {
    expect(forgivenIn(text)).toContain(what);
    expect(readQuery(text, { now }).query).toEqual(parseQuery(text, { now }));
  });
});

describe('a query that says what it seems to has nothing forgiven', () => {
  test.each([
    ['invoice march -paid', 'words'],
    ['"Re: offer" „AW: Angebot“', 'text in quotation marks'],
    ['subject:from: subject:Re:', 'right behind a colon all is text'],
    ['From: anna Message-ID: <a.b@example.com>', 'pasted header fields'],
    ['from:"Anna Schmidt" -to:@example.com any:anna', 'people'],
    ['http://example.com/?q=a:b 10:30 C:\\files', 'addresses of the web, times, paths'],
    ['<https://example.com/a,b:c;d:e> [10:30] (C:\\files)', 'those in brackets'],
    ['mailto:anna@example.com <tel:+4930123456> d:/files fe80::1 fe80::1%eth0', 'addresses of other kinds'],
    ['ANDERSON(paid) NOTE(1) or(a) not(b) "NOT(paid)" "from\u200b:eve"', 'words, and what is in quotation marks'],
    ['subject:OR -OR subject:form:anna می\u200cخواهم 👩\u200d👧', 'operators as values, joiners in words'],
    ['offer AND (meyer OR smith) NOT paid', 'operators'],
    ['offer | bill', 'a bar'],
    ['(late OR delayed) NEAR/5 delivery', 'near'],
    ['after:2024-02-29 before:7d on:2024-01..2024-03 on:..2019', 'dates'],
    ['larger:5MB smaller:"1.5 MB"', 'sizes'],
    ['type:pdf,docx type:.jpg type:xyz filename:*.pdf', 'types, and one that nobody knows, which is a name'],
    ['is:sent has:attachment attachment:unreadable in:"Projects/House"', 'flags and folders'],
    ['header:X-Mailer="The Bat" messageid:<a.b@example.com>', 'header fields'],
    ['invoi* from:*@example.com', 'beginnings, and all of a domain'],
    ['(030) 123456 +49 30 123456 Kind(er) R&D C++ e-mail well-known', 'signs in words'],
    ['צה"ל', 'a Hebrew acronym'],
    ['', 'everything'],
  ])('%j (%s)', (text) => {
    expect(readQuery(text, { now }).forgiven).toEqual([]);
  });
});

test.each([
  ['-a', true],
  ['-a -b', true],
  ['NOT (a OR b)', true],
  ['a OR -b', true],
  ['-(a -b)', true],
  ['', true],
  ['a -b', false],
  ['-a (b OR c)', false],
  ['-(-a)', false],
  ['-a before:2024', false],
])('%j says only what it leaves out: %s', (text, expected) => {
  expect(leavesOutOnly(parseQuery(text, { now }))).toBe(expected);
});
