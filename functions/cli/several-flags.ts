import type { ParseArgsOptionsConfig } from 'node:util';
import type { Options } from './command.ts';
import { UsageError } from './failures.ts';
import { type JsonRecord, recordOf, textOf } from './json-value.ts';
import { renewalOf } from './renewal-flags.ts';

/** What makes a profile one for the mailboxes of several users. */
export const SEVERAL_OPTIONS: ParseArgsOptionsConfig = {
  'all-users': { type: 'boolean' },
  'only-user': { type: 'string', multiple: true },
  'except-user': { type: 'string', multiple: true },
  'account-name': { type: 'string' },
  'sign-in-as': { type: 'string' },
  'at-once': { type: 'string' },
};

export const SEVERAL_HELP: readonly string[] = [
  '--all-users, --only-user NAME, --except-user NAME   the mailboxes of these users, each into its own archive mailbox;',
  '                         --master signs in for them (with a token, nobody has to); --at-once N mailboxes (default 3)',
  '--account-name, --sign-in-as TEMPLATE   where the preset does not know: {email}, {local}, {user}; {account}*master',
];

/** The field `several` of a profile; `undefined` where it is for one mailbox. Throws `UsageError`. */
export function severalOf(options: Options, preset: JsonRecord): JsonRecord | undefined {
  const [only, except] = [options.texts('only-user'), options.texts('except-user')];
  const all = options.flag('all-users');
  const chosen = [all, only.length > 0, except.length > 0].filter(Boolean).length;
  if (chosen === 0) return undefined;
  if (chosen > 1) throw new UsageError('give one of --all-users, --only-user and --except-user');
  const known = templatesOf(options, preset);
  const accountName = options.text('account-name') ?? known.accountName;
  const signInAs = options.text('sign-in-as') ?? known.signInAs;
  const atOnce = options.text('at-once');
  if (atOnce !== undefined && !/^\d{1,3}$/.test(atOnce)) throw new UsageError('--at-once takes a whole number');
  return {
    users: all ? 'all' : only.length > 0 ? { only } : { except },
    ...(accountName !== undefined && { accountName }),
    ...(signInAs !== undefined && { signInAs }),
    ...(atOnce !== undefined && { atOnce: Number(atOnce) }),
  };
}

/** How the preset has a privileged user sign in, as a profile for several wants it said. */
function templatesOf(
  options: Options,
  preset: JsonRecord,
): { readonly accountName?: string; readonly signInAs?: string } {
  const master = options.text('master');
  const isOfNobody = options.flag('bearer') || options.flag('master-password') || renewalOf(options) !== undefined;
  if (preset.method === 'bearer' || isOfNobody) return {};
  if (master === undefined) throw new UsageError('give --master: who signs in for the users');
  if (preset.presetId !== undefined && preset.delegated === undefined && options.text('sign-in-as') === undefined) {
    throw new UsageError('this preset knows no way for another user to sign in; see its guide');
  }
  const { userName, authorisationId } = recordOf(preset.delegated);
  const template = textOf(authorisationId) || textOf(userName);
  if (template === '') return {};
  const accountName = template.includes('{user}') ? '{local}' : '{email}';
  if (authorisationId !== undefined) return { accountName };
  const signInAs = template.replace(/\{(address|user|master)\}/g, (_whole, name: string) =>
    name === 'master' ? master : '{account}',
  );
  return { accountName, signInAs };
}
