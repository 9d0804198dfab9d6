import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { listText, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists, makes and revokes API keys. */
export const keys: Command = {
  name: 'keys',
  usage: '[list | create NAME | revoke ID]',
  summary: 'API keys: list, create, revoke',
  details: [
    '--privilege NAME   what the key may do (default login); may be repeated; never more than you may',
    '--mailbox MAILBOX  limits the key to this mailbox, by id, name or address; may be repeated',
    '--expires DATE     when the key ends, such as 2027-01-31; default: in a year',
    '--user NAME        with list, for administrators: whose keys',
    '--limit N, --all   how many to list (default 50)',
    'The key is shown once, alone on standard output.',
  ],
  options: {
    ...LIST_OPTIONS,
    privilege: { type: 'string', multiple: true },
    mailbox: { type: 'string', multiple: true },
    expires: { type: 'string' },
    user: { type: 'string' },
  },
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(
      keys,
      { list: { words: 0, run: list }, create: { words: 1, run: create }, revoke: { words: 1, run: revoke } },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  const user = invocation.options.text('user');
  return writeListing(invocation, {
    path: '/api-keys',
    ...(user === undefined ? {} : { query: { user } }),
    columns: [
      { title: 'NAME', shrinksTo: 8 },
      { title: 'BEGINS WITH' },
      { title: 'PRIVILEGES' },
      { title: 'ENDS (UTC)' },
      { title: 'LAST USED (UTC)' },
    ],
    row: (key) => [
      textOf(key.name),
      textOf(key.prefix),
      listText(key.privileges),
      minuteUtc(textOf(key.expiresAt)),
      minuteUtc(textOf(key.lastUsedAt)),
    ],
    detail: (key) => textOf(key.apiKeyId),
    empty: 'no API keys',
  });
}

async function create(invocation: Invocation, name = ''): Promise<void> {
  const { options, terminal } = invocation;
  const expiresAt = expiry(options.text('expires'));
  const api = await invocation.api();
  const mailboxes: string[] = [];
  for (const mailbox of options.texts('mailbox')) mailboxes.push(await findMailbox(api, mailbox));
  const given = options.texts('privilege');
  const made = await api.json('POST', '/api-keys', {
    name,
    privileges: given.length > 0 ? given : ['login'],
    ...(mailboxes.length > 0 && { mailboxes }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
  if (!options.json) terminal.note('this key is shown once; keep it like a password:');
  await writeResult(invocation, made, [printableLine(textOf(recordOf(made).key))]);
}

async function revoke(invocation: Invocation, apiKeyId = ''): Promise<void> {
  await (await invocation.api()).json('DELETE', `/api-keys/${encodeURIComponent(apiKeyId)}`);
  await writeResult(invocation, {}, [printableLine(`revoked ${apiKeyId}`)]);
}

function expiry(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  if (!date || Number.isNaN(date.getTime()))
    throw new UsageError(`--expires takes a date such as 2027-01-31, not ${text}`);
  return date.toISOString();
}
