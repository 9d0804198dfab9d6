import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { listText, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists, gives and takes access to mailboxes. */
export const access: Command = {
  name: 'access',
  usage: 'list MAILBOX | grant MAILBOX NAME [--privilege NAME]... | revoke MAILBOX NAME',
  summary: 'who may read a mailbox: list, grant, revoke',
  details: [
    'MAILBOX            by id, name or address; NAME is a user or group',
    '--privilege NAME   read (default), write or delete; may be repeated, replaces what there was',
    '--limit N, --all   how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, privilege: { type: 'string', multiple: true } },
  words: { least: 2, most: 3 },
  run: (invocation) =>
    runAction(
      access,
      { list: { words: 1, run: list }, grant: { words: 2, run: grant }, revoke: { words: 2, run: revoke } },
      invocation,
    ),
};

async function list(invocation: Invocation, mailbox = ''): Promise<void> {
  const mailboxId = await findMailbox(await invocation.api(), mailbox);
  await writeListing(invocation, {
    path: `/mailboxes/${encodeURIComponent(mailboxId)}/access`,
    columns: [{ title: 'NAME' }, { title: 'PRIVILEGES' }, { title: 'GRANTED BY' }, { title: 'GRANTED (UTC)' }],
    row: (granted) => [
      textOf(granted.principal),
      listText(granted.privileges),
      textOf(granted.grantedBy),
      minuteUtc(textOf(granted.grantedAt)),
    ],
    empty: 'nobody has access to this mailbox',
  });
}

async function grant(invocation: Invocation, mailbox = '', name = ''): Promise<void> {
  const api = await invocation.api();
  const given = invocation.options.texts('privilege');
  const privileges = given.length > 0 ? given : ['read'];
  const granted = await api.json('PUT', pathOf(await findMailbox(api, mailbox), name), { privileges });
  await writeResult(invocation, granted, [printableLine(`${name} has ${privileges.join(', ')} on ${mailbox}`)]);
}

async function revoke(invocation: Invocation, mailbox = '', name = ''): Promise<void> {
  if (invocation.options.texts('privilege').length > 0) {
    throw new UsageError('revoke takes all; to take some, grant those that stay');
  }
  const api = await invocation.api();
  await api.json('DELETE', pathOf(await findMailbox(api, mailbox), name));
  await writeResult(invocation, {}, [printableLine(`${name} has no access to ${mailbox} any more`)]);
}

function pathOf(mailboxId: string, name: string): string {
  return `/mailboxes/${encodeURIComponent(mailboxId)}/access/${encodeURIComponent(name)}`;
}
