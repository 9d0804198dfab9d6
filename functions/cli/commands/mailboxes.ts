import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { listText, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Lists and creates archive mailboxes and says who may read them. */
export const mailboxes: Command = {
  name: 'mailboxes',
  usage: '[list | create NAME ADDRESS [--secondary ADDRESS]... | grant MAILBOX USER [--privilege NAME]...]',
  summary: 'the archive mailboxes: list, create, grant access',
  details: [
    '--secondary ADDRESS  a further address of the new mailbox; may be repeated',
    '--privilege NAME     read (default), write or delete; may be repeated, replaces what the user had',
    '--limit N, --all     how many to list (default 50)',
  ],
  options: {
    ...LIST_OPTIONS,
    secondary: { type: 'string', multiple: true },
    privilege: { type: 'string', multiple: true },
  },
  words: { least: 0, most: 3 },
  async run(invocation) {
    const [action = 'list', first, second] = invocation.words;
    if (action === 'list' && first === undefined) return list(invocation);
    if (action === 'create' && first && second) return create(invocation, first, second);
    if (action === 'grant' && first && second) return grant(invocation, first, second);
    throw new UsageError(`usage: letterlock mailboxes ${mailboxes.usage}`);
  },
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/mailboxes',
    columns: [{ title: 'NAME', shrinksTo: 10 }, { title: 'ADDRESS' }, { title: 'OTHER ADDRESSES', shrinksTo: 8 }],
    row: (mailbox) => [textOf(mailbox.name), textOf(mailbox.primaryAddress), listText(mailbox.secondaryAddresses)],
    detail: (mailbox) => textOf(mailbox.mailboxId),
    empty: 'no mailboxes that you may see',
  });
}

async function create(invocation: Invocation, name: string, primaryAddress: string): Promise<void> {
  const secondaryAddresses = invocation.options.texts('secondary');
  const body = { name, primaryAddress, ...(secondaryAddresses.length > 0 && { secondaryAddresses }) };
  const mailbox = await (await invocation.api()).json('POST', '/mailboxes', body);
  const mailboxId = textOf(recordOf(mailbox).mailboxId);
  await writeResult(invocation, mailbox, [printableLine(`created mailbox ${mailboxId}`)]);
}

async function grant(invocation: Invocation, wanted: string, user: string): Promise<void> {
  const api = await invocation.api();
  const mailboxId = await findMailbox(api, wanted);
  const given = invocation.options.texts('privilege');
  const privileges = given.length > 0 ? given : ['read'];
  const path = `/mailboxes/${encodeURIComponent(mailboxId)}/access/${encodeURIComponent(user)}`;
  const access = await api.json('PUT', path, { privileges });
  const approvalId = textOf(recordOf(access).approvalId);
  const line = approvalId
    ? `waits for a second administrator: ${approvalId}`
    : `${user} has ${privileges.join(', ')} on ${mailboxId}`;
  await writeResult(invocation, access, [printableLine(line)]);
}
