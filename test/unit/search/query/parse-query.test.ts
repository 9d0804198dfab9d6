import { describe, expect, test } from 'vitest';
import { describeQuery } from '../../../../shared/search/query/describe-query.ts';
import { parseQuery } from '../../../../shared/search/query/parse-query.ts';

const now = new Date('2026-03-11T12:00:00.000Z');
const canonical = (text: string) => describeQuery(parseQuery(text, { now }));

/** What is written, how it is understood (in canonical text, which the properties show to be faithful), and why. */
type Row = readonly [written: string, understood: string, reason: string];
const understands = (rows: readonly Row[]) =>
  test.each(rows)('%j is %j: %s', (written, understood) => {
    expect(canonical(written)).toBe(understood);
  });

describe('words and phrases', () => {
  understands([
    ['foo bar', 'foo bar', 'all of them'],
    ['  foo\tbar\u3000baz\n', 'foo bar baz', 'any space separates'],
    ['', '', 'nothing asked for is everything'],
    ['"exact phrase"', '"exact phrase"', 'a phrase'],
    ['„exakte Phrase“', '"exakte Phrase"', 'German quotation marks'],
    ['“exact phrase”', '"exact phrase"', 'English ones, of a word processor'],
    ['«phrase exacte»', '"phrase exacte"', 'French ones'],
    ['»genaue Worte«', '"genaue Worte"', 'German ones in books'],
    ['„von der Tastatur"', '"von der Tastatur"', 'opened by the word processor, closed by hand'],
    ['"foo bar', 'foo bar', 'nothing closes it, so it is text'],
    ['foo bar"', 'foo bar', 'nothing opened it'],
    ['12" monitor 15"', '12 monitor 15', 'inches: within a word a quotation mark opens nothing'],
    ['""', '', 'a phrase of nothing'],
    ['"foo  \n bar"', '"foo bar"', 'space in phrases is one space'],
    ['rech*', 'rech*', 'a prefix'],
    ['*', '', 'a prefix of nothing'],
    ['*ung', 'ung', 'endings are not looked for'],
    ['re*ung', 're*ung', 'an asterisk within is a sign like any other'],
    ['f(x) Kind(er)', '"f x" "Kind er"', 'parentheses within a word group nothing'],
    ['צה"ל', 'צה"ל', 'a Hebrew acronym has its mark within'],
    ['"צה"ל חזק"', '«צה"ל חזק»', 'which closes no phrase either'],
    ['foo\0bar\u0007', 'foo bar', 'control characters separate'],
    ['foo\ud800bar', 'foo bar', 'half a character separates'],
    ['😀', '😀', 'a whole one does not'],
  ]);
});

describe('numbers in groups', () => {
  understands([
    [
      'DE89 3704 0044 0532 0130 00',
      'DE89 AND 3704 AND 0044 AND 0532 AND 0130 AND 00 OR "DE89 3704 0044 0532 0130 00"',
      'an IBAN stands in mail with or without its spaces',
    ],
    ['call +49 30 123456', 'call +49 AND 30 AND 123456 OR "+49 30 123456"', 'a telephone number'],
    ['(030) 123456', '030 AND 123456 OR "030 123456"', 'its brackets are no group'],
    ['subject:(030 123456)', 'subject:030 AND subject:123456 OR subject:"030 123456"', 'in a field'],
    ['030 subject:123456', '030 subject:123456', 'not across fields'],
    ['030 AND 123456', '030 AND 123456', 'AND says that there are two'],
    ['2024 17', '2024 17', 'too short to be one'],
    [
      'NL91 ABNA 0417 1643 00',
      'NL91 AND ABNA AND 0417 AND 1643 AND 00 OR "NL91 ABNA 0417 1643 00"',
      'an IBAN with letters in it',
    ],
    ['four 2024', 'four 2024', 'a word and a year'],
  ]);
});

describe('operators', () => {
  understands([
    ['a b OR c d', 'a b OR c d', 'OR binds tighter than standing side by side'],
    ['(a b) OR (c d)', 'a AND b OR c AND d', 'unless grouped'],
    ['a AND b OR c AND d', 'a AND b OR c AND d', 'AND binds tighter than OR'],
    ['a AND (b OR c)', 'a b OR c', 'unless grouped'],
    ['a | b', 'a OR b', 'a bar between spaces'],
    ['a|b', 'a|b', 'a bar within a word is a sign like any other'],
    ['a or b', 'a or b', 'lower case is a word'],
    ['a && b', 'a && b', 'no operator of ours'],
    ['-foo', '-foo', 'everything without it'],
    ['foo -bar -"b c"', 'foo -bar -"b c"', 'words and phrases'],
    ['foo NOT bar', 'foo -bar', 'spelt out'],
    ['NOT NOT foo', 'foo', 'twice is not at all'],
    ['-(a OR b)', '-(a OR b)', 'groups'],
    ['-(-a)', 'a', 'twice, in a group'],
    ['NOT -a', 'a', 'twice, in both ways'],
    ['--help', 'help', 'options of programs are text'],
    ['e-mail', 'e-mail', 'within a word it is a hyphen'],
    ['a - b', 'a b', 'between spaces it is a dash'],
    ['-OR', '-or', 'right after a minus sign stands a word'],
    ['foo OR', 'foo', 'somebody is still typing'],
    ['OR foo', 'foo', 'nothing to choose from'],
    ['a OR OR b', 'a OR b', 'the second has nothing on its left'],
    ['foo AND', 'foo', 'nothing to join'],
    ['foo NOT', 'foo', 'nothing to exclude'],
    ['OR', 'or', 'of operators only: these are the words'],
    ['AND OR NOT', 'and or not', 'all of them'],
    ['NEAR/3', 'near/3', 'this one too'],
    ['- | -', '', 'signs are no words'],
    ['((a OR b) (c OR d)) OR e', '(a OR b) AND (c OR d) OR e', 'groups within groups'],
    ['(a b', 'a b', 'nothing closes it'],
    ['a) b', 'a b', 'nothing opened it'],
    ['(a (b OR c)', 'a b OR c', 'the inner one is balanced'],
    ['()', '', 'a group of nothing'],
    ['foo -()', 'foo', 'without nothing'],
  ]);
});

describe('NEAR', () => {
  understands([
    ['one NEAR/5 other', 'one NEAR/5 other', 'at most five words apart'],
    ['one NEAR other', 'one NEAR/10 other', 'ten where nothing is said'],
    ['one NEAR/0 other', 'one NEAR/1 other', 'two words are never in one place'],
    ['one NEAR/999999 other', 'one NEAR/1000 other', 'beyond that they are not near'],
    ['one near other', 'one near other', 'lower case is a word'],
    ['one NEAR/x other', 'one NEAR/x other', 'not a number'],
    ['a NEAR/2 b NEAR/3 c', 'a NEAR/2 b b NEAR/3 c', 'each near the next'],
    ['"a b" NEAR c*', '"a b" NEAR/10 c*', 'phrases and prefixes'],
    ['subject:a NEAR b', 'subject:a NEAR/10 subject:b', 'the field counts for both'],
    ['a NEAR subject:b', 'subject:a NEAR/10 subject:b', 'wherever it stands'],
    ['subject:a NEAR body:b', 'subject:a body:b', 'no text is in both, so both are looked for'],
    ['(a OR b) NEAR/4 c', 'a NEAR/4 c OR b NEAR/4 c', 'one of a group'],
    ['(a b) NEAR c', 'a b c', 'a group of several is nowhere in particular'],
    ['is:sent NEAR b', 'is:sent b', 'what is no text is nowhere'],
    ['-a NEAR b', '-a NEAR/10 b', 'excludes where they are near'],
    ['a NEAR -b', 'a -b', 'nothing is near what is not there'],
    ['NEAR b', 'b', 'nothing to be near to'],
    ['a NEAR', 'a', 'nor here'],
    ['a OR b NEAR c', 'a OR b NEAR/10 c', 'binds tighter than OR'],
  ]);
});

describe('fields of text', () => {
  understands([
    ['from:anna@example.com', 'from:anna@example.com', 'an address'],
    ['From:anna TO:@example.com', 'from:anna to:@example.com', 'names ignore case'],
    ['from:"Anna Schmidt"', 'from:"Anna Schmidt"', 'a name of two words'],
    ['from:„Anna Schmidt“', 'from:"Anna Schmidt"', 'in any quotation marks'],
    ['-from:x', '-from:x', 'negated'],
    ['from:-x', '-from:x', 'the same as in a group'],
    ['subject:(a OR b) c', 'subject:a OR subject:b c', 'a group'],
    ['subject:(a from:b)', 'subject:a from:b', 'the inner field counts'],
    ['subject:(a -b)', 'subject:a -subject:b', 'operators in a group'],
    ['From: Anna Schmidt', 'from:Anna Schmidt', 'a header field that was pasted'],
    ['from: (a OR b)', 'from:a OR from:b', 'or typed with a space'],
    ['to: from:anna', 'to from:anna', 'a field is no value of another'],
    ['to: OR foo', 'to OR foo', 'nor an operator'],
    ['from: -x', 'from -x', 'nor an exclusion'],
    ['from:', 'from', 'without a value it is a word'],
    ['subject:from:x', 'subject:from:x', 'right after a colon all is text'],
    ['subject:OR', 'subject:or', 'operators too'],
    ['subject:(foo', 'subject:foo', 'unbalanced'],
    ['subject:"foo', 'subject:foo', 'unbalanced'],
    ['filename:rechnung*', 'filename:rechnung*', 'a prefix'],
    ['any:x bcc:y cc:z body:w', 'any:x bcc:y cc:z body:w', 'the rest of them'],
    ['foo:bar', 'foo:bar', 'no field of ours'],
    ['http://example.com/x?y:z', 'http://example.com/x?y:z', 'an URL'],
    ['10:30', '10:30', 'a time'],
    ['Re: Angebot', 'Re Angebot', 'a subject that was pasted'],
    ['C:\\dir\\file.txt', 'C:\\dir\\file.txt', 'a path'],
    ['constructor:x __proto__:x', 'constructor:x __proto__:x', 'names that objects know'],
  ]);

  test('any: looks wherever people are named; hidden recipients are found by whoever may', () => {
    expect(parseQuery('any:x', { now })).toMatchObject({ fields: ['from', 'to', 'cc', 'bcc', 'hiddenBcc'] });
    expect(parseQuery('bcc:x', { now })).toMatchObject({ fields: ['bcc', 'hiddenBcc'] });
  });

  test('without a field all fields are looked in', () => {
    expect(parseQuery('x', { now })).toEqual({ kind: 'text', text: 'x', form: 'word' });
  });
});

describe('terms that are looked for whole', () => {
  understands([
    ['messageid:<a.b@example.com>', 'messageid:"a.b@example.com"', 'with its brackets'],
    ['messageid:a.b@example.com', 'messageid:"a.b@example.com"', 'without'],
    ['Message-ID: <a.b@example.com>', 'messageid:"a.b@example.com"', 'a header field that was pasted'],
    ['messageid:<>', '"messageid:<>"', 'none'],
    ['header:X-Mailer=Outlook', 'header:"x-mailer=Outlook"', 'names of header fields ignore case'],
    ['header:X-Mailer="The Bat"', 'header:"x-mailer=The Bat"', 'several words'],
    ['header:"X-Mailer=The Bat"', 'header:"x-mailer=The Bat"', 'quoted as a whole'],
    ['header:X-Url=http://x/?a=b', 'header:"x-url=http://x/?a=b"', 'the first equals sign counts'],
    ['header:X-Mailer', '"header:X-Mailer"', 'no value'],
    ['header:X-Mailer="Mail (2.1)"', 'header:"x-mailer=Mail (2.1)"', 'parentheses in quotation marks'],
    ['messageid:"<1 (x) @b>"', 'messageid:"1 (x) @b"', 'a comment in a Message-ID (RFC 5322, 4.5.4)'],
  ]);

  test('by their form', () => {
    expect(parseQuery('messageid:<A@b>', { now })).toEqual({
      kind: 'text',
      fields: ['messageId'],
      text: 'A@b',
      form: 'whole',
    });
  });
});

describe('filters', () => {
  understands([
    ['in:Inbox', 'in:"Inbox"', 'a folder'],
    ['in:"Projekte/Haus (alt)"', 'in:"Projekte/Haus (alt)"', 'as it is called, within quotation marks'],
    ['mailbox:sales@example.com', 'mailbox:"sales@example.com"', 'a mailbox'],
    ['is:sent IS:Received is:encrypted is:signed', 'is:sent is:received is:encrypted is:signed', 'what is true of it'],
    ['is:foo', '"is:foo"', 'is text'],
    ['is:(sent OR signed)', 'is:sent OR is:signed', 'a group'],
    ['has:attachment has:attachments', 'has:attachment has:attachment', 'one or several'],
    ['has:foo', '"has:foo"', 'is text'],
    ['attachment:unreadable', 'attachment:unreadable', 'whose text could not be read'],
    ['attachment:"unreadable"', 'attachment:"unreadable"', 'in which this word stands'],
    ['type:pdf', 'type:pdf', 'a type'],
    ['type:.DOCX', 'type:docx', 'an extension'],
    ['type:*.xlsx', 'type:xlsx', 'a pattern of names'],
    ['type:"application/pdf"', 'type:pdf', 'a media type'],
    ['type:image/png', 'type:image', 'of pictures it matters only that they are'],
    ['type:jpg', 'type:image', 'of their extensions too'],
    ['type:pdf,docx', 'type:pdf OR type:docx', 'one of a list'],
    ['-type:pdf,docx', '-(type:pdf OR type:docx)', 'none of a list'],
    ['type:spreadsheet', 'type:xlsx OR type:xls OR type:ods OR type:csv', 'a group of types'],
    ['type:(pdf OR docx)', 'type:pdf OR type:docx', 'a group'],
    ['type:xyz', 'filename:xyz', 'no type that is known, but perhaps the end of a name'],
    ['type:application/x-unknown', '"type:application/x-unknown"', 'is text'],
    ['type:,', '"type:,"', 'is text'],
  ]);
});

describe('sizes', () => {
  understands([
    ['larger:5MB', 'larger:5000000', 'powers of 1000'],
    ['smaller:500k', 'smaller:500000', 'the B may be left out'],
    ['larger:1GiB', 'larger:1073741824', 'powers of 1024 where they are named'],
    ['larger:"1.5 MB"', 'larger:1500000', 'with a space'],
    ['larger:1,5mb', 'larger:1500000', 'a decimal comma, any case'],
    ['larger:1000', 'larger:1000', 'bytes'],
    ['larger:0', 'larger:0', 'not empty'],
    ['larger:5TB', '"larger:5TB"', 'no mail is that large'],
    ['larger:-5', '-larger:5', 'not larger than 5'],
    ['larger:999999999999999g', '"larger:999999999999999g"', 'no number of bytes'],
    ['larger:1e9', '"larger:1e9"', 'is text'],
    ['larger:big', '"larger:big"', 'is text'],
  ]);
});

describe('dates', () => {
  understands([
    ['on:2024', 'on:2024-01-01..2024-12-31', 'a year'],
    ['on:2024-03', 'on:2024-03-01..2024-03-31', 'a month'],
    ['on:2024-3', 'on:2024-03-01..2024-03-31', 'with one digit'],
    ['on:2024-03-05', 'on:2024-03-05..2024-03-05', 'a day'],
    ['on:2024/03/05', 'on:2024-03-05..2024-03-05', 'with slashes, year first'],
    ['on:05.03.2024', 'on:2024-03-05..2024-03-05', 'a German day'],
    ['on:5.3.2024', 'on:2024-03-05..2024-03-05', 'with one digit'],
    ['on:03.2024', 'on:2024-03-01..2024-03-31', 'a German month'],
    ['after:2024-03', 'after:2024-03-01', 'from the beginning of the month, which is included'],
    ['before:2024-03', 'before:2024-03-01', 'to the beginning of the month, which is not'],
    ['after:2024-02-29', 'after:2024-02-29', 'a leap year'],
    ['after:2023-02-29', '"after:2023-02-29"', 'no leap year'],
    ['after:2024-02-31', '"after:2024-02-31"', 'there is no such day'],
    ['after:2024-13', '"after:2024-13"', 'nor month'],
    ['after:0000', '"after:0000"', 'nor year'],
    ['after:03/05/2024', '"after:03/05/2024"', 'the fifth of March or the third of May'],
    ['after:2024-03/05', '"after:2024-03/05"', 'neither way of writing'],
    ['on:today', 'on:2026-03-11..2026-03-11', 'UTC'],
    ['on:yesterday', 'on:2026-03-10..2026-03-10', 'UTC'],
    ['on:this-week', 'on:2026-03-09..2026-03-15', 'from Monday to Sunday'],
    ['on:last-week', 'on:2026-03-02..2026-03-08', 'the one before'],
    ['on:"last week"', 'on:2026-03-02..2026-03-08', 'with a space'],
    ['on:this-month', 'on:2026-03-01..2026-03-31', 'the whole of it'],
    ['on:last-month', 'on:2026-02-01..2026-02-28', 'the one before'],
    ['on:this-year', 'on:2026-01-01..2026-12-31', 'the whole of it'],
    ['on:Last-Year', 'on:2025-01-01..2025-12-31', 'the one before'],
    ['after:last-year', 'after:2025-01-01', 'from its beginning'],
    ['before:this-year', 'before:2026-01-01', 'to its beginning'],
    ['after:7d', 'after:2026-03-04', 'from the beginning of the day seven days ago'],
    ['after:0d', 'after:2026-03-11', 'today'],
    ['before:2w', 'before:2026-02-25', 'older than fourteen days'],
    ['after:3m', 'after:2025-12-11', 'three months ago'],
    ['on:1y', 'on:2025-03-11..2025-03-11', 'that day'],
    ['after:9999y', '"after:9999y"', 'before our time'],
    ['on:2024-01..2024-03', 'on:2024-01-01..2024-03-31', 'both months included'],
    ['on:2024-03..2024-01', 'on:2024-01-01..2024-03-31', 'in either order'],
    ['on:2024..', 'after:2024-01-01', 'no end'],
    ['on:..2024', 'before:2025-01-01', 'no beginning'],
    ['on:"2024-01 .. today"', 'on:2024-01-01..2026-03-11', 'with spaces'],
    ['on:..', '"on:.."', 'neither'],
    ['on:2024..2025..2026', '"on:2024..2025..2026"', 'three'],
    ['after:2024..2025', '"after:2024..2025"', 'a range has no beginning of its own'],
    ['after:tomorrow', '"after:tomorrow"', 'there is no mail yet'],
  ]);

  test.each([
    { now: '2024-03-31T00:00:00Z', written: 'after:1m', from: '2024-02-29', reason: 'the last day of a shorter month' },
    { now: '2024-02-29T23:59:59Z', written: 'after:1y', from: '2023-02-28', reason: 'a year without that day' },
    { now: '2024-01-01T00:00:00Z', written: 'after:yesterday', from: '2023-12-31', reason: 'the year before' },
    { now: '2024-01-15T00:00:00Z', written: 'after:last-month', from: '2023-12-01', reason: 'the year before' },
    { now: '2026-03-15T23:59:59Z', written: 'after:this-week', from: '2026-03-09', reason: 'Sunday ends the week' },
    { now: '2026-03-16T00:00:00Z', written: 'after:this-week', from: '2026-03-16', reason: 'Monday begins it' },
  ])('$written at $now begins on $from: $reason', (row) => {
    const query = parseQuery(row.written, { now: new Date(row.now) });
    expect(query).toEqual({ kind: 'date', from: Date.parse(row.from) });
  });
});

describe('languages of other machines', () => {
  understands([
    ["'; DROP TABLE mail; --", "'; DROP TABLE mail;", 'SQL is text'],
    ['subject MATCH "x" ^col NEAR(a b, 5)', 'subject MATCH "x" ^col "NEAR a" b, 5', 'FTS5 is text'],
    ['{subject body}: x', '{subject body} x', 'FTS5 column filters too'],
    ['+required title:[a TO b] fuzzy~2 boost^4', '+required title:[a TO b] fuzzy~2 boost^4', 'Lucene is text'],
    ['<script>alert(1)</script>', '"<script>alert 1 </script>"', 'HTML is text'],
    ['%00 %s \\u0000', '%00 %s \\u0000', 'so is everything else'],
  ]);
});
