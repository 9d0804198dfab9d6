import { domainOf, normaliseAddress } from '../../domain/address.ts';
import { addressFault } from '../../domain/mailbox.ts';
import { InvalidRequestError } from '../../errors.ts';

/** How many addresses a mailbox or user may have: each is an item of its own. */
const MAX_ADDRESSES = 500;

/**
 * The addresses as they are kept: NFC, trimmed, each once. Throws `InvalidRequestError` for what is no
 * address, or one of the journal domain: those name endpoints, and never a person.
 */
export function checkAddresses(addresses: readonly string[], journalDomain?: string): readonly string[] {
  if (addresses.length > MAX_ADDRESSES) throw new InvalidRequestError(`at most ${MAX_ADDRESSES} addresses`);
  const kept = new Map<string, string>();
  for (const written of addresses) {
    const address = written.normalize('NFC').trim();
    const fault = addressFault(address);
    if (fault) throw new InvalidRequestError(`"${written.slice(0, 100)}": ${fault}`);
    if (journalDomain !== undefined && domainOf(address) === journalDomain) {
      throw new InvalidRequestError(`"${address}" is in the journal domain, whose addresses name journal endpoints`);
    }
    if (!kept.has(normaliseAddress(address))) kept.set(normaliseAddress(address), address);
  }
  return [...kept.values()];
}
