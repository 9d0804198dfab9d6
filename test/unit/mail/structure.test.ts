import { describe, expect, test } from 'vitest';
import { Anomalies } from '../../../shared/mail/anomaly.ts';
import { MAX_DEPTH, MAX_PARTS } from '../../../shared/mail/limits.ts';
import { encodedBody, type Part } from '../../../shared/mail/part.ts';
import { readStructure } from '../../../shared/mail/structure.ts';
import { multipart } from './message.ts';

const OUTER = 'Content-Type: multipart/mixed; boundary=out\r\n\r\n';
const INNER = 'Content-Type: multipart/alternative; boundary=in\r\n\r\n';

const trees: readonly [reason: string, text: string, tree: string][] = [
  ['a leaf', 'A: b\r\n\r\nbody\r\n', 'text/plain"body\r\n"'],
  ['LF', 'A: b\n\nbody\n', 'text/plain"body\n"'],
  ['no body', 'A: b\r\n', 'text/plain""'],
  ['no header section', '\r\nbody', 'text/plain"body"'],
  ['a body without an empty line', 'A: b\r\nHello there\r\nyou', 'text/plain"Hello there\r\nyou"'],
  [
    'a multipart',
    OUTER + multipart('out', '\r\na', 'Content-Type: text/html\r\n\r\nb\r\n'),
    'multipart/mixed(text/plain"a" text/html"b\r\n")',
  ],
  ['preamble and epilogue', `${OUTER}pre\r\n${multipart('out', '\r\na')}epi\r\n`, 'multipart/mixed(text/plain"a")'],
  ['blanks behind a delimiter', `${OUTER}--out \t\r\n\r\na\r\n--out-- \r\n`, 'multipart/mixed(text/plain"a")'],
  [
    'lines that only begin like a delimiter',
    `${OUTER}--out\r\n\r\n--outer\r\n--ou\r\n-- out\r\n--out--\r\n`,
    'multipart/mixed(text/plain"--outer\r\n--ou\r\n-- out")',
  ],
  [
    'levels',
    OUTER + multipart('out', INNER + multipart('in', '\r\na', '\r\nb'), '\r\nc'),
    'multipart/mixed(multipart/alternative(text/plain"a" text/plain"b") text/plain"c")',
  ],
  [
    'an inner multipart that never closes',
    OUTER + multipart('out', `${INNER}--in\r\n\r\na`, '\r\nc'),
    'multipart/mixed(multipart/alternative(text/plain"a") text/plain"c")',
  ],
  [
    'an inner boundary that begins with the outer',
    `${OUTER}--out\r\nContent-Type: multipart/mixed; boundary=out2\r\n\r\n${multipart('out2', '\r\na')}\r\n--out--`,
    'multipart/mixed(multipart/mixed(text/plain"a"))',
  ],
  [
    'one boundary on two levels',
    OUTER + multipart('out', OUTER + multipart('out', '\r\na'), '\r\nb'),
    'multipart/mixed(multipart/mixed(text/plain"a") text/plain"b")',
  ],
  [
    'a part that ends in its header section',
    `${OUTER}--out\r\nContent-Type: text/html\r\n--out\r\n\r\na\r\n--out--`,
    'multipart/mixed(text/html"" text/plain"a")',
  ],
  ['an empty part', `${OUTER}--out\r\n--out--\r\n`, 'multipart/mixed(text/plain"")'],
  ['a multipart without parts, whose content is kept', `${OUTER}lost?\r\n`, 'text/plain"lost?\r\n"'],
  ['a multipart without boundary', 'Content-Type: multipart/mixed\r\n\r\na', 'text/plain"a"'],
  ['a nested message', 'Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\na', 'message/rfc822[text/plain"a"]'],
  [
    'a nested multipart in a part',
    OUTER + multipart('out', `Content-Type: message/rfc822\r\n\r\n${INNER}${multipart('in', '\r\na')}`, '\r\nb'),
    'multipart/mixed(message/rfc822[multipart/alternative(text/plain"a")] text/plain"b")',
  ],
  [
    'a nested message in base64',
    `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(`${INNER}${multipart('in', '\r\na')}`).toString('base64')}`,
    'message/rfc822[multipart/alternative(text/plain"a")]',
  ],
  [
    'a digest',
    `Content-Type: multipart/digest; boundary=d\r\n\r\n${multipart('d', '\r\nSubject: x\r\n\r\na')}`,
    'multipart/digest(message/rfc822[text/plain"a"])',
  ],
  [
    'a quoted boundary with specials',
    `Content-Type: multipart/mixed; boundary="=_(a;b) 'c'" (comment)\r\n\r\n${multipart("=_(a;b) 'c'", '\r\na')}`,
    'multipart/mixed(text/plain"a")',
  ],
];

describe('readStructure', () => {
  test.each(trees)('takes apart %s', (_, text, tree) => expect(describePart(read(text).root)).toBe(tree));

  test('reads 10,000 parts', () => {
    const text = OUTER + multipart('out', ...Array.from({ length: 10_000 }, (_, index) => `\r\n${index}`));
    expect(read(text).root.children).toHaveLength(10_000);
    expect(read(text).anomalies).toEqual([]);
  });

  test('keeps everything behind the last part it reads in one leaf', () => {
    const text = OUTER + multipart('out', ...Array.from({ length: MAX_PARTS + 100 }, () => '\r\nx'));
    const { root, anomalies } = read(text);
    expect(anomalies).toContain('too_many_parts');
    expect(root.children.at(-1)?.bodyEnd).toBe(text.length);
  });

  test('makes a leaf of what lies too deep', () => {
    const levels = MAX_DEPTH + 10;
    const text = Array.from(
      { length: levels },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
    );
    expect(read(text.join('')).anomalies).toContain('too_deep');
  });

  test('stops decoding messages within messages when they cost too much', () => {
    let text = 'Subject: x\r\n\r\nx';
    for (let level = 0; level < 60; level++) {
      text = `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${text.replaceAll('=', '=3D')}`;
    }
    expect(read(text).anomalies).toContain('too_deep');
  });

  test.each([
    ['open boundaries and lines of dashes', nestedBoundaries() + '\r\n--b'.repeat(500_000)],
    ['field lines', 'A: b\r\n'.repeat(500_000)],
    ['lines that are no field', `A: b\r\n${'junk\r\n'.repeat(500_000)}`],
    ['delimiters', OUTER + '--out\r\n'.repeat(500_000)],
  ])('takes linear time for 500,000 %s', (_, text) => {
    const start = performance.now();
    read(text);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

function nestedBoundaries(): string {
  return Array.from(
    { length: 50 },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\n`,
  ).join('');
}

function read(text: string): { root: Part; anomalies: readonly string[] } {
  const anomalies = new Anomalies();
  const root = readStructure(Buffer.from(text, 'latin1'), 0, anomalies);
  return { root, anomalies: anomalies.list };
}

function describePart(part: Part): string {
  const children = part.children.map(describePart).join(' ');
  if (part.kind === 'multipart') return `${part.type}(${children})`;
  if (part.kind === 'nested-message') return `${part.type}[${children}]`;
  return `${part.type}"${encodedBody(part).toString('latin1')}"`;
}
