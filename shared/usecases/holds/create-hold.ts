import { normaliseAddress } from '../../domain/address.ts';
import { addressFault } from '../../domain/mailbox.ts';
import { type HoldScope, type LegalHold, scopeFault } from '../../domain/retention/legal-hold.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { checkQueryLength } from '../../search/query/query-limits.ts';
import { createLogged } from '../logged-item.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { findMailbox } from '../mailboxes/find-mailboxes.ts';
import { newId } from '../new-id.ts';
import { stopPurgesUnderWay } from '../purges-under-way.ts';
import { MailboxNames } from '../search/find/mailbox-names.ts';
import { activeHolds, holdData, holdKey } from './hold-book.ts';
import { mailboxesNamedIn } from './hold-query.ts';
import { startHoldJob } from './start-hold-job.ts';

/** Stops a program that makes one hold after the other: each is asked about every message that is to go. */
const MAX_ACTIVE_HOLDS = 1_000;

export interface NewHold {
  readonly name: string;
  readonly matter: string;
  readonly reason: string;
  readonly scope: HoldScope;
  /** ISO 8601, UTC. */
  readonly reviewAt?: string;
  /** User name. */
  readonly createdBy: string;
}

/** What making and releasing holds work with. */
export interface HoldDesk {
  readonly ports: Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy'>;
  readonly addresses: Pick<AddressBook, 'all'>;
}

/**
 * Makes a hold. From when this resolves nothing that it covers goes, in whatever number: purges that were decided without
 * it are stopped first. Throws `InvalidRequestError` for a scope that names nothing, or what is not there, `QueryTooLongError`,
 * and `ConflictError` where there are `MAX_ACTIVE_HOLDS`.
 */
export async function createHold({ ports, addresses }: HoldDesk, wanted: NewHold): Promise<LegalHold> {
  const { scope } = wanted;
  const fault = scopeFault(scope);
  if (fault !== undefined) throw new InvalidRequestError(fault);
  if ((await activeHolds(ports)).length >= MAX_ACTIVE_HOLDS) {
    throw new ConflictError(`there are ${MAX_ACTIVE_HOLDS} active legal holds; release some of them first`);
  }
  const now = ports.clock.now();
  const hold: LegalHold = {
    ...wanted,
    holdId: newId(ports, 'hold'),
    scope: await settled(ports, scope),
    ...(await namedMailboxes({ addresses }, scope, now)),
    state: 'active',
    createdAt: now.toISOString(),
  };
  await createLogged(ports, 'configuration', holdKey(hold.holdId), holdData(hold));
  await stopPurgesUnderWay(ports);
  await startHoldJob(ports, hold.holdId);
  return hold;
}

async function settled(ports: Pick<Ports, 'tables'>, scope: HoldScope): Promise<HoldScope> {
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
  { addresses }: Pick<HoldDesk, 'addresses'>,
  { query = '' }: HoldScope,
  now: Date,
): Promise<Pick<LegalHold, 'queryMailboxes'>> {
  checkQueryLength(query);
  const wanted = mailboxesNamedIn(query.toWellFormed(), now);
  if (wanted.length === 0) return {};
  const all = (await addresses.all()).map((mailbox) => ({ mailbox, reach: 'text', isWithoutGrant: false }) as const);
  const names = new MailboxNames(all);
  const found = wanted.map((name) => [name, names.called(name).map(({ mailbox }) => mailbox.mailboxId)] as const);
  const unknown = found.find(([, ids]) => ids.length === 0);
  if (unknown) throw new InvalidRequestError(`scope.query: there is no mailbox ${unknown[0]}`);
  return { queryMailboxes: Object.fromEntries(found) };
}
