import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Invocation } from './command.ts';
import { CommandFailedError, UsageError } from './failures.ts';
import type { JsonRecord } from './json-value.ts';

/** What gives a profile a list of mailboxes, each with its own password. */
export const ACCOUNT_LIST_OPTIONS: ParseArgsOptionsConfig = {
  accounts: { type: 'string' },
  'create-users': { type: 'boolean' },
};

export const ACCOUNT_LIST_HELP: readonly string[] = [
  '--accounts FILE          the mailboxes of a list (CSV; - is standard input): IMAP user name, password, e-mail address',
  '                         and archive user under headings; it is kept sealed and never shown. --create-users makes',
  '                         users who are missing; --at-once N mailboxes (default 3)',
];

/** Profiles that fetch the mailboxes of a list; `undefined` where none is given. Throws `UsageError`, `CommandFailedError`. */
export async function accountListOf({ options, terminal }: Invocation): Promise<JsonRecord | undefined> {
  const file = options.text('accounts');
  if (file === undefined) {
    if (options.flag('create-users')) throw new UsageError('--create-users goes with --accounts FILE');
    return undefined;
  }
  const isServed =
    options.flag('all-users') || options.texts('only-user').length + options.texts('except-user').length > 0;
  if (isServed) throw new UsageError('give --accounts or users, not both');
  const atOnce = options.text('at-once');
  if (atOnce !== undefined && !/^\d{1,3}$/.test(atOnce)) throw new UsageError('--at-once takes a whole number');
  return {
    csv: file === '-' ? await terminal.input() : await contentOf(file),
    createUsers: options.flag('create-users'),
    ...(atOnce !== undefined && { atOnce: Number(atOnce) }),
  };
}

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailedError(
      `cannot read ${file}: ${error instanceof Error && 'code' in error ? error.code : error}`,
    );
  }
}
