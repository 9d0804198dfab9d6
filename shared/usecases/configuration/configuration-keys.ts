import { domainToASCII } from 'node:url';
import { principalKey } from '../../domain/user-name.ts';
import type { ItemKey } from '../../ports/tables.ts';

/** Keys of the `configuration` table; docs/architecture.md lists them by access pattern. */

/** Partitions that are lists: ids in them begin with the time they were made. */
export const MAILBOXES = 'mailbox';
export const ENDPOINTS = 'endpoint';
export const DOMAINS = 'domain';
/** Users and groups by id. */
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

/** The record of a user or group. */
export function principalItemKey(principalId: string): ItemKey {
  return { pk: PRINCIPALS, sk: principalId };
}

/** Where a record stands in the list of its kind. */
export function principalListKey(kind: 'user' | 'group', name: string): ItemKey {
  return { pk: principalListPartition(kind), sk: principalKey(name) };
}

export function principalListPartition(kind: 'user' | 'group'): string {
  return `principals#${kind}`;
}

/** Who claims a name: the one name space of users and groups. */
export function principalNameKey(name: string): ItemKey {
  return { pk: `principal-name#${principalKey(name)}`, sk: '-' };
}

/** The groups that a user or group is in. */
export function membershipPartition(memberId: string): string {
  return `member-of#${memberId}`;
}

export function membershipKey(memberId: string, groupId: string): ItemKey {
  return { pk: membershipPartition(memberId), sk: groupId };
}

/** Where a membership stands in the list of its group. */
export function memberListKey(groupId: string, memberId: string): ItemKey {
  return { pk: memberListPartition(groupId), sk: memberId };
}

export function memberListPartition(groupId: string): string {
  return `members#${groupId}`;
}

/** The mailboxes that a user or group has access to. */
export function accessPartition(principalId: string): string {
  return `access-of#${principalId}`;
}

export function accessKey(principalId: string, mailboxId: string): ItemKey {
  return { pk: accessPartition(principalId), sk: mailboxId };
}

/** Where a grant stands in the list of its mailbox. */
export function accessListKey(mailboxId: string, principalId: string): ItemKey {
  return { pk: accessListPartition(mailboxId), sk: principalId };
}

export function accessListPartition(mailboxId: string): string {
  return `access#${mailboxId}`;
}

export function apiKeyKey(apiKeyId: string): ItemKey {
  return { pk: `api-key#${apiKeyId}`, sk: '-' };
}

/** The API keys of a user. */
export function apiKeysPartition(userId: string): string {
  return `api-keys-of#${userId}`;
}

export function savedSearchKey(savedSearchId: string): ItemKey {
  return { pk: `saved-search#${savedSearchId}`, sk: '-' };
}

/** The searches that a user saved. */
export function savedSearchesPartition(userId: string): string {
  return `saved-searches-of#${userId}`;
}

export const COMPLIANCE_KEY: ItemKey = { pk: 'settings', sk: 'compliance' };

export const SIGN_IN_RULES_KEY: ItemKey = { pk: 'settings', sk: 'sign-in' };
export const SEARCH_SETTINGS_KEY: ItemKey = { pk: 'settings', sk: 'search' };
export const NOTIFICATIONS_KEY: ItemKey = { pk: 'settings', sk: 'notifications' };
export const NEW_USERS_KEY: ItemKey = { pk: 'settings', sk: 'new-users' };

/** The partition that retention policies are listed from; ids begin with their time. */
export const RETENTION_POLICIES = 'retention-policy';

export function policyKey(policyId: string): ItemKey {
  return { pk: RETENTION_POLICIES, sk: policyId };
}

/** By which readers know that policies have changed. */
export const POLICY_EPOCH_KEY: ItemKey = { pk: 'retention-policy-epoch', sk: '-' };

export function policyVersionPartition(policyId: string): string {
  return `retention-policy-version#${policyId}`;
}

/** What a policy was in one version. */
export function policyVersionKey(policyId: string, version: number): ItemKey {
  return { pk: policyVersionPartition(policyId), sk: String(version).padStart(VERSION_DIGITS, '0') };
}

const VERSION_DIGITS = 9;
