import { normaliseAddress } from '../../domain/address.ts';
import type { AddressClaim, Mailbox } from '../../domain/mailbox.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { addressKey, mailboxKey } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';

export type ClaimPorts = Pick<Ports, 'tables' | 'log' | 'clock'>;

/** How often an address may change hands: keeps its item far below 400 KB. */
const MAX_CLAIMS = 500;
/** A claim this young may be that of a mailbox that is just being written. */
const IN_PROGRESS_MS = 60_000;
/** How often a write is repeated when others write the same address. */
const MAX_ATTEMPTS = 5;

/** The claims on a normalised address, oldest first. */
export async function claimsOn(ports: Pick<Ports, 'tables'>, address: string): Promise<readonly AddressClaim[]> {
  const item = await getLogged(ports, 'configuration', addressKey(address));
  return item ? typed<{ readonly claims: readonly AddressClaim[] }>(item).data.claims : [];
}

/**
 * Makes `mailboxId` the owner of `address` from `now` on; already being it is fine. A claim that a
 * crash left, by a mailbox that does not exist or does not list the address, gives way.
 * Throws `ConflictError` `address_in_use` where another mailbox owns it.
 */
export async function claimAddress(ports: ClaimPorts, address: string, mailboxId: string, now: Date): Promise<void> {
  await changeClaims(ports, address, async (claims) => {
    const open = claims.find((claim) => claim.validUntil === undefined);
    if (open?.mailboxId === mailboxId) return claims;
    if (open && !(await isAbandoned(ports, address, open, now))) {
      throw new ConflictError(`${address} is in use by another mailbox`, 'address_in_use');
    }
    if (claims.length >= MAX_CLAIMS) throw new ConflictError(`${address} has changed hands too often`);
    return [...claims.map((claim) => closed(claim, now)), { mailboxId, validFrom: now.toISOString() }];
  });
}

/** Ends the ownership of `mailboxId`; one that began at the same instant leaves no trace. Safe to repeat. */
export async function closeClaim(ports: ClaimPorts, address: string, mailboxId: string, now: Date): Promise<void> {
  await changeClaims(ports, address, async (claims) =>
    claims
      .map((claim) => (claim.mailboxId === mailboxId ? closed(claim, now) : claim))
      .filter((claim) => claim.validFrom !== claim.validUntil),
  );
}

/** Whether an open claim belongs to no mailbox that lists the address. */
async function isAbandoned(
  ports: Pick<Ports, 'tables'>,
  address: string,
  claim: AddressClaim,
  now: Date,
): Promise<boolean> {
  if (now.getTime() - Date.parse(claim.validFrom) < IN_PROGRESS_MS) return false;
  const item = await getLogged(ports, 'configuration', mailboxKey(claim.mailboxId));
  return !item || !addressesOf(typed<Mailbox>(item).data).includes(normaliseAddress(address));
}

/** All addresses of a mailbox, normalised. */
export function addressesOf(mailbox: Pick<Mailbox, 'primaryAddress' | 'secondaryAddresses'>): readonly string[] {
  const { primaryAddress, secondaryAddresses } = mailbox;
  const addresses = primaryAddress === undefined ? secondaryAddresses : [primaryAddress, ...secondaryAddresses];
  return [...new Set(addresses.map(normaliseAddress))];
}

function closed(claim: AddressClaim, now: Date): AddressClaim {
  return claim.validUntil === undefined ? { ...claim, validUntil: now.toISOString() } : claim;
}

async function changeClaims(
  ports: ClaimPorts,
  address: string,
  change: (claims: readonly AddressClaim[]) => Promise<readonly AddressClaim[]>,
): Promise<void> {
  const key = addressKey(normaliseAddress(address));
  for (let attempt = 1; ; attempt++) {
    const item = await getLogged(ports, 'configuration', key);
    const before = item ? typed<{ readonly claims: readonly AddressClaim[] }>(item).data.claims : [];
    const claims = await change(before);
    if (JSON.stringify(claims) === JSON.stringify(before)) return;
    const data = { claims: claims.map(dataOf) };
    try {
      await (item
        ? replaceLogged(ports, 'configuration', item, { data })
        : createLogged(ports, 'configuration', key, { data }));
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
