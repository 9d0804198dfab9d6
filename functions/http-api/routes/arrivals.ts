import type { z } from 'zod';
import { domainOf, normaliseAddress } from '../../../shared/domain/address.ts';
import { addressesOf } from '../../../shared/usecases/mailboxes/address-claims.ts';
import type { ListedArrival } from '../../../shared/usecases/reading/list-arrivals.ts';
import type { HttpApiSettings } from '../http-api.ts';
import type { ArrivalSchema } from '../schemas/messages.ts';

type ArrivalShape = z.input<typeof ArrivalSchema>;

type Shaped = Omit<ListedArrival, 'recipientCount'> & Partial<Pick<ListedArrival, 'recipientCount'>>;

/** All that the ledger says: for auditors, and for administrators while they may read. */
export function arrivalShape(entry: Shaped): ArrivalShape {
  const { envelope, source, signatures, ...shape } = entry;
  const { tlsNames, ...names } = envelope;
  return {
    ...shape,
    ...signaturesShape({ signatures }),
    source: { ...source },
    envelope: { ...names, rcptTo: [...envelope.rcptTo], ...(tlsNames ? { tlsNames: [...tlsNames] } : {}) },
  };
}

function signaturesShape({ signatures }: { readonly signatures: ListedArrival['signatures'] }) {
  return signatures ? { signatures: signatures.map((verdict) => ({ ...verdict })) } : {};
}

/**
 * What the ledger says but whose mail it was: for administrators who may not read it. Of the recipients
 * only the addresses of journal endpoints stay; any other could be a Bcc.
 */
export function arrivalForAdministrator(
  { configuration }: Pick<HttpApiSettings, 'configuration'>,
  entry: ListedArrival,
): ArrivalShape {
  const { recipientCount: _recipientCount, envelope, ...shape } = entry;
  const rcptTo = envelope.rcptTo.filter((address) => domainOf(address) === configuration.journalDomain);
  return arrivalShape({ ...shape, envelope: { ...envelope, rcptTo } });
}

/**
 * What a reader of some mailboxes may know of an arrival: of its recipients only those that are these
 * mailboxes' own addresses. The others could be a Bcc, or the address of a journal endpoint, which
 * whoever knows it could send mail into the archive by.
 */
export async function arrivalForReader(
  { configuration }: Pick<HttpApiSettings, 'configuration'>,
  entry: ListedArrival,
  mailboxIds: readonly string[],
): Promise<ArrivalShape> {
  const mailboxes = await Promise.all(mailboxIds.map((mailboxId) => configuration.addresses.mailbox(mailboxId)));
  const own = new Set(mailboxes.flatMap((mailbox) => (mailbox ? addressesOf(mailbox) : [])));
  const { recipientCount: _recipientCount, source, envelope, signatures, ...shape } = entry;
  const { mailFrom, rcptTo } = envelope;
  const visible = rcptTo.filter((address) => own.has(normaliseAddress(address)));
  const isEndpoint = domainOf(mailFrom) === configuration.journalDomain;
  return {
    ...shape,
    ...signaturesShape({ signatures }),
    source: { kind: source.kind },
    envelope: { mailFrom: isEndpoint ? '' : mailFrom, rcptTo: visible },
  };
}
