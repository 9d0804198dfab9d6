import { normaliseAddress } from '../../domain/address.ts';
import { addressFault } from '../../domain/mailbox.ts';
import { type MessageScope, type SettledScope, scopeFault } from '../../domain/message-scope.ts';
import { InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { findMailbox } from '../mailboxes/find-mailboxes.ts';
import { MailboxNames } from '../search/find/mailbox-names.ts';
import { checkedQuery } from './checked-query.ts';
import { mailboxesNamedIn } from './scope-query.ts';

/** What settling a scope looks things up in. */
export interface ScopeDesk {
  readonly ports: Pick<Ports, 'tables' | 'clock'>;
  readonly addresses: Pick<AddressBook, 'all'>;
}

/**
 * Settles a scope as it is meant now. Throws `InvalidRequestError` for one that names nothing, or what is not there, or
 * whose query is more than what can be looked for, and `QueryTooLongError`.
 */
export async function settleScope({ ports, addresses }: ScopeDesk, scope: MessageScope): Promise<SettledScope> {
  const fault = scopeFault(scope);
  if (fault !== undefined) throw new InvalidRequestError(fault);
  const now = ports.clock.now();
  return {
    scope: await settled(ports, scope),
    ...(await namedMailboxes({ addresses }, scope, now)),
    createdAt: now.toISOString(),
  };
}

async function settled(ports: Pick<Ports, 'tables'>, scope: MessageScope): Promise<MessageScope> {
  for (const mailboxId of scope.mailboxes ?? []) {
    if (!(await findMailbox(ports, mailboxId))) throw new InvalidRequestError(`scope.mailboxes: no ${mailboxId}`);
  }
  for (const address of scope.addresses ?? []) {
    const fault = addressFault(address);
    if (fault !== undefined) throw new InvalidRequestError(`scope.addresses: ${fault}`);
  }
  const { mailboxes, addresses, query } = scope;
  return {
    ...scope,
    ...(mailboxes ? { mailboxes: [...new Set(mailboxes)] } : {}),
    ...(addresses ? { addresses: [...new Set(addresses.map(normaliseAddress))] } : {}),
    ...(query === undefined ? {} : { query: query.toWellFormed() }),
  };
}

/** A hold that asks for a mailbox which is not there would hold nothing of it, and nobody would notice. */
async function namedMailboxes(
  { addresses }: Pick<ScopeDesk, 'addresses'>,
  { query }: MessageScope,
  now: Date,
): Promise<Pick<SettledScope, 'queryMailboxes'>> {
  if (query === undefined) return {};
  const wanted = mailboxesNamedIn(checkedQuery('scope.query', query, now));
  if (wanted.length === 0) return {};
  const all = (await addresses.all()).map((mailbox) => ({ mailbox, reach: 'text', isWithoutGrant: false }) as const);
  const names = new MailboxNames(all);
  const found = wanted.map((name) => [name, names.called(name).map(({ mailbox }) => mailbox.mailboxId)] as const);
  const unknown = found.find(([, ids]) => ids.length === 0);
  if (unknown) throw new InvalidRequestError(`scope.query: there is no mailbox ${unknown[0]}`);
  return { queryMailboxes: Object.fromEntries(found) };
}
