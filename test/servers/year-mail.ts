import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mailFiles } from '../bench/mail-files.ts';
import { nested, report } from '../unit/mail/carrier-mail.ts';

const CORPUS = process.env.LETTERLOCK_TEST_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus');
/** A year of large mail would be a test of the disk. */
const MAX_BODY_BYTES = 20_000;

/** A message of the script. */
export interface YearMail {
  /** Which message it is; stands in its subject. */
  readonly message: number;
  readonly from: string;
  readonly to: readonly string[];
  /** Who get it without standing in its header. */
  readonly bcc: readonly string[];
  readonly date: Date;
  readonly hasMessageId: boolean;
  /** What its sender sent. */
  readonly raw: Buffer;
  /** Whether its content is one of our own: then it is the same message whatever transport adds. */
  readonly isPlain: boolean;
}

/** What real mail is made of below its envelope: the fields of MIME, and the content. */
export interface RealContent {
  readonly fields: string;
  readonly body: string;
}

/** Contents of real mail, as many as there are and are wanted; none without the corpus. */
export async function realContents(most: number): Promise<readonly RealContent[]> {
  const contents: RealContent[] = [];
  if (!existsSync(CORPUS)) return contents;
  for await (const raw of mailFiles(join(CORPUS, 'large'))) {
    const text = raw.toString('latin1').replaceAll('\0', ' ').replace(/\r?\n/g, '\r\n');
    const end = text.indexOf('\r\n\r\n');
    const body = text.slice(end + 4);
    if (end < 0 || body.length > MAX_BODY_BYTES || body.trim() === '') continue;
    const fields = text.slice(0, end).match(/^(?:mime-version|content-[\w-]+):.*(?:\r\n[ \t].*)*/gim) ?? [];
    contents.push({
      fields: fields.map((field) => `${field}\r\n`).join(''),
      body: `${body.replace(/(\r\n)*$/, '')}\r\n`,
    });
    if (contents.length === most) break;
  }
  return contents;
}

/** A message as it was sent. */
export function composed(mail: Omit<YearMail, 'raw' | 'isPlain'>, content: RealContent | undefined): YearMail {
  const { message, from, to, date, hasMessageId } = mail;
  const id = createHash('sha256').update(`year ${message}`).digest('hex').slice(0, 12);
  const { fields, body } = content ?? plainContent(message);
  const header = [
    ...(hasMessageId ? [`Message-ID: <${id}@mail.example.net>`] : []),
    `Date: ${date.toUTCString().replace('GMT', '+0000')}`,
    `From: ${from}`,
    `To: ${to.join(', ')}`,
    `Subject: [${message}] of that year`,
    '',
  ];
  return {
    ...mail,
    isPlain: content === undefined,
    raw: Buffer.from(`${header.join('\r\n')}${fields}\r\n${body}`, 'latin1'),
  };
}

function plainContent(message: number): RealContent {
  const fields = 'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n';
  return { fields, body: `Message ${message}.\r\n${'All work and no play. \r\n'.repeat(message % 40)}` };
}

/** As a mail system keeps it that adds what transport adds; without Message-ID only identical bytes are the same message. */
export function delivered({ raw, hasMessageId, message }: YearMail, to: string, hop = 'mx'): Buffer {
  if (!hasMessageId) return raw;
  const trace = [
    `Return-Path: <bounce-${message}@mail.example.net>`,
    `Delivered-To: ${to}`,
    `Received: from mail.example.net (mail.example.net [192.0.2.1]) by ${hop}.example.org with ESMTPS id ${message}`,
    '',
  ];
  return Buffer.concat([Buffer.from(trace.join('\r\n')), raw]);
}

/** As a mail system keeps it that takes mail apart and writes it anew, with a part of its own: other bytes, another content. */
export function rerendered(mail: YearMail, to: string): Buffer {
  const text = delivered(mail, to, 'exchange').toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const fields = text.slice(0, end).split(/\r\n(?![ \t])/);
  const isMime = (field: string) => /^(?:mime-version|content-)/i.test(field);
  const boundary = `_000_${mail.message}_`;
  const [inner, outer] = [fields.filter(isMime), fields.filter((field) => !isMime(field)).toReversed()];
  const parts = [
    [...inner.filter((field) => !/^mime-version/i.test(field)), '', text.slice(end + 4)].join('\r\n'),
    'Content-Type: text/html; charset=utf-8\r\n\r\n<p>Seen by a gateway.</p>\r\n',
  ];
  const header = [
    ...outer,
    'X-MS-Has-Attach:',
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
  ];
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return Buffer.from(`${header.join('\r\n')}\r\n\r\n${body}--${boundary}--\r\n`, 'latin1');
}

/** As the mail system journals it: in an envelope journal report, which knows the blind copies. */
export function journaled({ raw, from, to, bcc, message, hasMessageId }: YearMail, hop = 'mx'): Buffer {
  const text = [
    `Sender: ${from}`,
    `Subject: [${message}] of that year`,
    `Message-Id: <${message}@mail.example.net>`,
    ...to.map((address) => `To: ${address}`),
    ...bcc.map((address) => `Bcc: ${address}`),
    '',
  ].join('\r\n');
  const trace = hasMessageId ? `Received: from journal.example.org by ${hop}.example.org; ${message}\r\n` : '';
  return Buffer.from(report({ text, originals: [nested(trace + raw.toString('latin1'))] }), 'latin1');
}
