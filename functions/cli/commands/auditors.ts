import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { type JsonRecord, listText, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists, makes and ends auditors. */
export const auditors: Command = {
  name: 'auditors',
  usage: '[list | create --until TIME [--mailbox MAILBOX]... [--from TIME] [--to TIME] [--export] | end NAME]',
  summary: 'auditors, who read everything or a part until a date: list, create, end',
  details: [
    '--until TIME       when the auditor ends, such as 2026-12-31 or 2026-12-31T18:00:00Z',
    '--mailbox MAILBOX  read only this one (its id, name or address); may be repeated',
    '--from, --to TIME  read only what was received from then (inclusive), until then (exclusive)',
    '--export           may also export',
    '--limit N, --all   how many to list (default 50)',
  ],
  options: {
    ...LIST_OPTIONS,
    until: { type: 'string' },
    mailbox: { type: 'string', multiple: true },
    from: { type: 'string' },
    to: { type: 'string' },
    export: { type: 'boolean' },
  },
  words: { least: 0, most: 2 },
  async run(invocation) {
    const [action = 'list', name] = invocation.words;
    const until = invocation.options.text('until');
    if (action === 'list' && name === undefined) return list(invocation);
    if (action === 'create' && name === undefined && until !== undefined) return create(invocation, until);
    if (action === 'end' && name) return end(invocation, name);
    throw new UsageError(`usage: letterlock auditors ${auditors.usage}`);
  },
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/auditors',
    columns: [
      { title: 'NAME' },
      { title: 'UNTIL (UTC)' },
      { title: 'MADE BY', shrinksTo: 8 },
      { title: 'READS', shrinksTo: 10 },
    ],
    row: (auditor) => [
      textOf(auditor.userName),
      auditor.expired === true ? 'over' : minuteUtc(textOf(auditor.expiresAt)),
      textOf(auditor.createdBy),
      scopeText(recordOf(auditor.scope)),
    ],
    empty: 'no auditors',
  });
}

async function create(invocation: Invocation, expiresAt: string): Promise<void> {
  const { options } = invocation;
  const api = await invocation.api();
  const mailboxIds: string[] = [];
  for (const wanted of options.texts('mailbox')) mailboxIds.push(await findMailbox(api, wanted));
  const from = options.text('from');
  const to = options.text('to');
  const scope = {
    ...(mailboxIds.length > 0 && { mailboxIds }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
  const mayExport = options.flag('export');
  const made = recordOf(await api.json('POST', '/auditors', { scope, expiresAt, ...(mayExport && { mayExport }) }));
  const approvalId = textOf(made.approvalId);
  const lines = approvalId
    ? [`waits for a second administrator: ${approvalId}`]
    : [`created ${textOf(made.userName)}`, `password, shown this once: ${textOf(made.password)}`];
  await writeResult(invocation, made, lines.map(printableLine));
}

async function end(invocation: Invocation, userName: string): Promise<void> {
  await (await invocation.api()).json('DELETE', `/auditors/${encodeURIComponent(userName)}`);
  await writeResult(invocation, { userName, ended: true }, [printableLine(`ended ${userName}`)]);
}

function scopeText({ mailboxIds, from, to }: JsonRecord): string {
  const places = listText(mailboxIds) || 'everything';
  const since = textOf(from) && ` from ${minuteUtc(textOf(from))}`;
  return places + since + (textOf(to) && ` to ${minuteUtc(textOf(to))}`);
}
