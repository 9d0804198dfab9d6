import type { ParseArgsOptionsConfig } from 'node:util';
import type { Invocation, Options } from './command.ts';
import { findMailbox } from './find-mailbox.ts';
import { type JsonRecord, listText, textOf } from './json-value.ts';
import { minuteUtc } from './quantities.ts';

/** What names mail, in every command that does. */
export const SCOPE_OPTIONS: ParseArgsOptionsConfig = {
  mailbox: { type: 'string', multiple: true },
  address: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  query: { type: 'string' },
};

export const SCOPE_HELP: readonly string[] = [
  '--mailbox MAILBOX   lies in this one (its id, name or address); may be repeated',
  '--address ADDRESS   from or to this address; may be repeated, and adds to the mailboxes',
  '--from, --to TIME   received from then (inclusive), until then (exclusive)',
  "--query 'QUERY'     found by this search",
];

/** Whether any of them is given. */
export function namesMail(options: Options): boolean {
  const isGiven = (name: string) => options.texts(name).length > 0 || options.text(name) !== undefined;
  return Object.keys(SCOPE_OPTIONS).some(isGiven);
}

/** The scope that they say, as the API takes it; mailboxes are looked up. */
export async function scopeOf(invocation: Invocation): Promise<JsonRecord> {
  const { options } = invocation;
  const mailboxes: string[] = [];
  for (const wanted of options.texts('mailbox')) mailboxes.push(await findMailbox(await invocation.api(), wanted));
  const addresses = options.texts('address');
  const [from, to, query] = [options.text('from'), options.text('to'), options.text('query')];
  return {
    ...(mailboxes.length > 0 && { mailboxes }),
    ...(addresses.length > 0 && { addresses }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(query !== undefined && { query }),
  };
}

/** A scope of the API in one line. */
export function scopeText(scope: JsonRecord): string {
  if (scope.everything === true) return 'everything';
  const custodians = [listText(scope.mailboxes), listText(scope.addresses)].filter((text) => text !== '').join(', ');
  const since = textOf(scope.from) && `from ${minuteUtc(textOf(scope.from))}`;
  const until = textOf(scope.to) && `to ${minuteUtc(textOf(scope.to))}`;
  const query = textOf(scope.query) && `what finds ${textOf(scope.query)}`;
  return [custodians, since, until, query].filter((text) => text !== '').join(' ');
}
