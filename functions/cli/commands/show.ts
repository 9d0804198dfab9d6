import { addressesText, addressText } from '../address-text.ts';
import type { Command } from '../command.ts';
import { type JsonRecord, numberOf, recordOf, recordsOf, textOf } from '../json-value.ts';
import { printableText } from '../printable.ts';
import { secondUtc, sizeText } from '../quantities.ts';
import { writeResult } from '../result.ts';
import { lineOf } from '../table.ts';

/** Shows a message for reading. */
export const show: Command = {
  name: 'show',
  usage: 'ARCHIVEID',
  summary: 'read a message',
  words: { least: 1, most: 1 },
  async run(invocation) {
    const path = `/messages/${encodeURIComponent(invocation.words[0] ?? '')}`;
    const message = recordOf(await (await invocation.api()).json('GET', path));
    const lines = [...headLines(message), '', ...bodyLines(message), ...attachmentLines(message)];
    await writeResult(invocation, message, lines);
  },
};

function headLines(message: JsonRecord): string[] {
  const from = Array.isArray(message.from) ? addressesText(message.from) : addressText(message.from);
  const filings = recordsOf(message.filings).map((filing) => `${textOf(filing.folder)} of ${textOf(filing.mailboxId)}`);
  const fields: readonly (readonly [string, string])[] = [
    ['Date', secondUtc(textOf(message.date))],
    ['From', from],
    ['To', addressesText(message.to)],
    ['Cc', addressesText(message.cc)],
    ['Bcc', addressesText(message.bcc)],
    ['Subject', textOf(message.subject)],
    ['Filed', filings.join(', ')],
    ['Archived', secondUtc(textOf(message.archivedAt))],
    ['SHA-256', textOf(message.contentHash)],
  ];
  return fields.filter(([, value]) => value !== '').map(([name, value]) => lineOf(`${name.padEnd(9)} ${value}`));
}

function bodyLines(message: JsonRecord): string[] {
  if (message.contentBlocked === true) return ['(you may see what the message is, but not read it)'];
  const text = textOf(message.text);
  if (text.trim() === '') return [textOf(message.html) ? '(only HTML; see it with --json)' : '(no text)'];
  const lines = printableText(text).trimEnd().split('\n');
  if (message.unreadable === true) return [...lines, '(reading it failed; "letterlock raw" has all of it)'];
  return message.truncated === true ? [...lines, '(cut here; "letterlock raw" has all of it)'] : lines;
}

function attachmentLines(message: JsonRecord): string[] {
  const attachments = recordsOf(message.attachments);
  if (attachments.length === 0) return [];
  const lines = attachments.map((attachment) => {
    const facts = `${textOf(attachment.contentType)}, ${sizeText(numberOf(attachment.sizeBytes))}`;
    return lineOf(`  ${textOf(attachment.index)}  ${textOf(attachment.filename) || '(no name)'}  (${facts})`);
  });
  return ['', 'Attachments', ...lines];
}
