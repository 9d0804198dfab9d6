import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { listText, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Lists, creates, changes and deletes users. */
export const users: Command = {
  name: 'users',
  usage:
    '[list | create NAME | change NAME | rename NAME NEW | password NAME | disable NAME | enable NAME | ' +
    'reset-otp NAME | delete NAME]',
  summary: 'users: list, create, change, rename, disable, delete',
  details: [
    '--full-name TEXT     the name of the person',
    '--address ADDRESS    an e-mail address, the primary one first; may be repeated',
    '--dn NAME            the distinguished name in a directory',
    '--privilege NAME     admin, login, changePassword, archive, modifyArchiveProfiles, export,',
    '                     modifyExportProfiles, delete or none; may be repeated; replaces what there was',
    '--mailbox            with create: makes an archive mailbox for the addresses',
    '--no-password        with create: the user cannot sign in yet',
    '--limit N, --all     how many to list (default 50)',
    'The password is asked for; LETTERLOCK_NEW_PASSWORD or standard input give it to a script.',
    'Deleting or disabling a user touches neither mailbox nor mail.',
  ],
  options: {
    ...LIST_OPTIONS,
    'full-name': { type: 'string' },
    address: { type: 'string', multiple: true },
    dn: { type: 'string' },
    privilege: { type: 'string', multiple: true },
    mailbox: { type: 'boolean' },
    'no-password': { type: 'boolean' },
  },
  words: { least: 0, most: 3 },
  run: (invocation) =>
    runAction(
      users,
      {
        list: { words: 0, run: list },
        create: { words: 1, run: create },
        change: { words: 1, run: change },
        rename: { words: 2, run: (call, name = '', userName) => patch(call, name, { userName }, `renamed ${name}`) },
        password: { words: 1, run: setPassword },
        disable: { words: 1, run: (call, name = '') => patch(call, name, { disabled: true }, `disabled ${name}`) },
        enable: { words: 1, run: (call, name = '') => patch(call, name, { disabled: false }, `enabled ${name}`) },
        'reset-otp': { words: 1, run: (call, name = '') => remove(call, name, '/otp', `${name} has no second factor`) },
        delete: { words: 1, run: (call, name = '') => remove(call, name, '', `deleted ${name}`) },
      },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/users',
    columns: [
      { title: 'NAME' },
      { title: 'FULL NAME', shrinksTo: 10 },
      { title: 'ADDRESSES', shrinksTo: 8 },
      { title: 'PRIVILEGES', shrinksTo: 8 },
      { title: 'STATE' },
    ],
    row: (user) => [
      textOf(user.userName),
      textOf(user.fullName),
      listText(user.emailAddresses),
      listText(user.privileges),
      [user.disabled === true ? 'disabled' : '', user.hasOtp === true ? 'second factor' : '']
        .filter(Boolean)
        .join(', '),
    ],
    empty: 'no users',
  });
}

async function create(invocation: Invocation, userName = ''): Promise<void> {
  const { options } = invocation;
  const password = options.flag('no-password') ? undefined : await newPassword(invocation, userName);
  const body = {
    userName,
    ...fields(invocation),
    ...(password !== undefined && { password }),
    ...(options.flag('mailbox') && { createMailbox: true }),
  };
  const user = await (await invocation.api()).json('POST', '/users', body);
  await writeResult(invocation, user, [printableLine(`created user ${userName}`)]);
}

function change(invocation: Invocation, name = ''): Promise<void> {
  const body = fields(invocation);
  if (Object.keys(body).length === 0) {
    throw new UsageError('nothing to change; give --full-name, --address, --dn or --privilege');
  }
  return patch(invocation, name, body, `changed ${name}`);
}

async function setPassword(invocation: Invocation, name = ''): Promise<void> {
  const password = await newPassword(invocation, name);
  await patch(invocation, name, { password }, `${name} has a new password; all sessions of ${name} ended`);
}

/** What the options say of a user; `--privilege none` is an empty list. */
function fields({ options }: Invocation): Readonly<Record<string, unknown>> {
  const addresses = options.texts('address');
  const privileges = options.texts('privilege');
  const [fullName, distinguishedName] = [options.text('full-name'), options.text('dn')];
  return {
    ...(fullName !== undefined && { fullName }),
    ...(distinguishedName !== undefined && { distinguishedName }),
    ...(addresses.length > 0 && { emailAddresses: addresses }),
    ...(privileges.length > 0 && { privileges: privileges.filter((privilege) => privilege !== 'none') }),
  };
}

function newPassword({ environment, terminal }: Invocation, name: string): Promise<string> | string {
  return environment.LETTERLOCK_NEW_PASSWORD || terminal.password(`New password of ${printableLine(name)}: `);
}

async function patch(invocation: Invocation, name: string, body: object, done: string): Promise<void> {
  const user = await (await invocation.api()).json('PATCH', `/users/${encodeURIComponent(name)}`, body);
  await writeResult(invocation, user, [printableLine(done)]);
}

async function remove(invocation: Invocation, name: string, what: string, done: string): Promise<void> {
  await (await invocation.api()).json('DELETE', `/users/${encodeURIComponent(name)}${what}`);
  await writeResult(invocation, {}, [printableLine(done)]);
}
