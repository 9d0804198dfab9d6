import { createHash } from 'node:crypto';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { demoMessages } from '../../../infra/local/demo/demo-messages.ts';
import { demoOrganisation } from '../../../infra/local/demo/organisation.ts';

const endpointNow = new Date('2026-06-15T12:00:00Z');
const messages = demoMessages({ endpointNow });
const CHARSETS = [
  'utf-8',
  'us-ascii',
  'iso-8859-1',
  'iso-2022-jp',
  'koi8-r',
  'windows-1251',
  'iso-8859-7',
  'iso-8859-2',
];
const TYPES = ['application/pdf', 'text/calendar', 'text/csv', 'application/zip', 'image/png', 'message/rfc822'];
const hash = (raw: Uint8Array) => createHash('sha256').update(raw).digest('hex');

describe('demoMessages', () => {
  test('are the same bytes for the same moment', () => {
    const again = demoMessages({ endpointNow });
    expect(again.map(({ raw }) => hash(raw))).toEqual(messages.map(({ raw }) => hash(raw)));
  });

  test('are several hundred, over 18 months, none from the future', () => {
    expect(messages.length).toBeGreaterThan(350);
    expect(messages.length).toBeLessThan(500);
    const days = messages.map(({ date }) => (endpointNow.getTime() - date.getTime()) / 86_400_000);
    expect(Math.min(...days)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...days)).toBeGreaterThan(480);
    expect(days).toEqual(days.toSorted((a, b) => b - a));
  });

  test('read as they were meant', async () => {
    for (const message of messages) {
      const parsed = await simpleParser(Buffer.from(message.raw));
      expect(parsed.subject).toBe(message.subject);
      expect((parsed.text ?? '').replace(/\r\n/g, '\n')).toContain(message.text);
      expect(parsed.date).toEqual(message.date);
    }
  }, 60_000);

  test('are messages that SMTP carries: CRLF only, no line over 998 bytes, ASCII header sections', () => {
    for (const { raw } of messages) {
      const text = Buffer.from(raw).toString('latin1');
      expect(text).not.toMatch(/(^|[^\r])\n|\r(?!\n)/);
      expect(text.endsWith('\r\n')).toBe(true);
      expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a header section is ASCII
      expect(text.slice(0, text.indexOf('\r\n\r\n'))).toMatch(/^[\x00-\x7f]*$/);
    }
  });

  test('hold one mail twice and one in two renditions', () => {
    const hashes = messages.map(({ raw }) => hash(raw));
    expect(hashes.length - new Set(hashes).size).toBe(1);
    const ids = messages.map(({ raw }) => /^Message-ID: (.*)\r$/m.exec(Buffer.from(raw).toString('latin1'))?.[1]);
    expect(ids.length - new Set(ids).size).toBe(2);
  });

  test('use many charsets and transfer encodings, and hold a bounce', () => {
    const all = messages.map(({ raw }) => Buffer.from(raw).toString('latin1')).join('\n');
    const found = (pattern: RegExp) => new Set([...all.matchAll(pattern)].map((match) => match[1]));
    const charsets = found(/^Content-Type: text\/plain; charset=(\S+)\r$/gm);
    expect([...charsets]).toEqual(expect.arrayContaining(CHARSETS));
    const encodings = found(/^Content-Transfer-Encoding: (\S+)\r$/gm);
    expect([...encodings].toSorted()).toEqual(['7bit', '8bit', 'base64', 'quoted-printable']);
    const types = found(/^Content-Type: ([a-z0-9/-]+)/gm);
    expect([...types]).toEqual(expect.arrayContaining(TYPES));
    expect(messages.filter(({ mailFrom }) => mailFrom === '').length).toBe(1);
  });

  test('stop for someone who left', () => {
    const leaver = demoOrganisation().people.find(({ leftDaysAgo }) => leftDaysAgo !== undefined);
    const last = messages.filter(({ mailFrom }) => mailFrom === leaver?.address).at(-1);
    const daysAgo = (endpointNow.getTime() - (last?.date.getTime() ?? 0)) / 86_400_000;
    expect(daysAgo).toBeGreaterThanOrEqual(leaver?.leftDaysAgo ?? 0);
  });
});
