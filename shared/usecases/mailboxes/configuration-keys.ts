import { domainToASCII } from 'node:url';
import { principalKey } from '../../domain/user-name.ts';
import type { ItemKey } from '../../ports/tables.ts';

/** Keys of the `configuration` table; docs/architecture.md lists them by access pattern. */

/** Partitions that are lists: ids in them begin with the time they were made. */
export const MAILBOXES = 'mailbox';
export const ENDPOINTS = 'endpoint';
export const DOMAINS = 'domain';
/** Users and groups: one name space. */
export const PRINCIPALS = 'principal';

export function mailboxKey(mailboxId: string): ItemKey {
  return { pk: MAILBOXES, sk: mailboxId };
}

/** Who owned an address when. */
export function addressKey(normalisedAddress: string): ItemKey {
  return { pk: `address#${normalisedAddress}`, sk: 'claims' };
}

export function endpointKey(endpointId: string): ItemKey {
  return { pk: ENDPOINTS, sk: endpointId };
}

export function endpointAddressKey(localPart: string): ItemKey {
  return { pk: `endpoint-address#${localPart.toLowerCase()}`, sk: '-' };
}

/** An internationalised domain and its A-labels (RFC 5890) are the same domain; empty for what is none. */
export function domainKey(domain: string): ItemKey {
  return { pk: DOMAINS, sk: domainToASCII(domain) || '-' };
}

export function userKey(userName: string): ItemKey {
  return { pk: PRINCIPALS, sk: principalKey(userName) };
}

/** The mailboxes that a user or group has access to. */
export function accessPartition(principal: string): string {
  return `access-of#${principalKey(principal)}`;
}

export function accessKey(principal: string, mailboxId: string): ItemKey {
  return { pk: accessPartition(principal), sk: mailboxId };
}

/** Where a grant stands in the list of its mailbox. */
export function accessListKey(mailboxId: string, principal: string): ItemKey {
  return { pk: accessListPartition(mailboxId), sk: principalKey(principal) };
}

export function accessListPartition(mailboxId: string): string {
  return `access#${mailboxId}`;
}

export const COMPLIANCE_KEY: ItemKey = { pk: 'settings', sk: 'compliance' };
