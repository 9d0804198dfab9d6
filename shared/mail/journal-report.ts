import type { JournalRecipient, JournalReport, RecipientKind } from '../domain/journal-report.ts';

/** The lines of a report that say one thing, by their name in lower case ([MS-XJRNL] 2.1.1). */
const SINGLE_LINES = new Map<string, Exclude<keyof JournalReport, 'recipients'>>([
  ['sender', 'sender'],
  ['on-behalf-of', 'onBehalfOf'],
  ['subject', 'subject'],
  ['message-id', 'messageId'],
  ['label', 'label'],
  ['mailbox', 'mailbox'],
  ['sentutc', 'sentUtc'],
  ['receivedutc', 'receivedUtc'],
]);

const KINDS = new Map<string, RecipientKind>([
  ['to', 'to'],
  ['cc', 'cc'],
  ['bcc', 'bcc'],
  ['recipient', 'recipient'],
]);

/** What may stand behind an address: ` Expanded:` or `, Forwarded:`; and the quotes of local parts that could hold the same. */
const QUOTE_OR_REDIRECTION = /"|(?<=[,\s])(Expanded|Forwarded):/gi;
/** More than any mail system reports at once; stops a forged report from taking all memory. */
const MAX_RECIPIENTS = 100_000;

/**
 * Reads the text part of an envelope journal report: lines `Name: value` in any order and case, some of
 * them folded. `undefined` for text that does not begin with a `Sender:` line, or names no `Message-ID:`
 * and no recipient: that is no report.
 */
export function readJournalReport(text: string): JournalReport | undefined {
  const single: { -readonly [Name in Exclude<keyof JournalReport, 'recipients'>]?: string } = {};
  const recipients: JournalRecipient[] = [];
  const lines = unfold(text);
  if (lineOf(lines[0] ?? '')?.name !== 'sender') return undefined;
  for (const line of lines) {
    const { name = '', value = '' } = lineOf(line) ?? {};
    const field = SINGLE_LINES.get(name);
    const kind = KINDS.get(name);
    if (field && single[field] === undefined) single[field] = value;
    else if (kind && recipients.length < MAX_RECIPIENTS) recipients.push(recipientIn(kind, value));
  }
  const { sender = '', ...rest } = single;
  const isReport = single.messageId !== undefined || recipients.length > 0;
  return isReport ? { sender: bare(sender), ...rest, recipients } : undefined;
}

/** A continuation begins with white space (as RFC 5322, 2.2.3); empty lines are passed over. */
function unfold(text: string): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const last = lines.length - 1;
    if (/^[ \t]+\S/.test(line) && last >= 0) lines[last] += ` ${line.trim()}`;
    else if (line.trim() !== '') lines.push(line);
  }
  return lines;
}

function lineOf(line: string): { readonly name: string; readonly value: string } | undefined {
  const colon = line.indexOf(':');
  if (colon <= 0 || colon > 20) return undefined;
  return { name: line.slice(0, colon).trim().toLowerCase(), value: line.slice(colon + 1).trim() };
}

/** `address[, Expanded: original]`; Exchange 2007's grammar leaves the comma out. Addresses may hold commas and quotes. */
function recipientIn(kind: RecipientKind, value: string): JournalRecipient {
  let isQuoted = false;
  for (const { 0: found, 1: redirection, index } of value.matchAll(QUOTE_OR_REDIRECTION)) {
    if (redirection === undefined) isQuoted = !isQuoted;
    else if (!isQuoted) {
      const address = bare(value.slice(0, index).trimEnd().replace(/,$/, ''));
      const original = bare(value.slice(index + found.length));
      if (original === '') return { address, kind };
      return { address, kind, [redirection.toLowerCase() === 'expanded' ? 'expanded' : 'forwarded']: original };
    }
  }
  return { address: bare(value), kind };
}

/** Without the angle brackets that some systems write. */
function bare(address: string): string {
  return address.trim().replace(/^<(.*)>$/s, '$1');
}
