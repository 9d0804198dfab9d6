import { isDeepStrictEqual } from 'node:util';
import { domainOf, normaliseAddress } from '../../domain/address.ts';
import { addressFault } from '../../domain/mailbox.ts';
import { type PolicyTerms, policyFault } from '../../domain/retention/policy-rules.ts';
import type { PolicyAuthors, PolicyConditions, RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import {
  endpointKey,
  mailboxKey,
  POLICY_EPOCH_KEY,
  policyKey,
  policyVersionKey,
} from '../configuration/configuration-keys.ts';
import { findPrincipalById } from '../identity/principals.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { stopPurgesUnderWay } from '../purges-under-way.ts';
import { checkedQuery } from '../scopes/checked-query.ts';
import { mailboxesNamedIn } from '../scopes/scope-query.ts';
import { changingEpoch } from './book-epoch.ts';
import { activePolicies, policyItem } from './policy-book.ts';

type PolicyPorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy'>;

/** Stops a program that makes one policy after the other: decisions and lists stay quick up to here. */
const MAX_POLICIES = 10_000;
/** The one policy for all mail has this id, so that there is only one. */
const DEFAULT_POLICY_ID = 'default';

/** What is changed of a policy; `null` takes a keep time away. */
export interface PolicyChange {
  readonly name?: string;
  readonly priority?: number;
  readonly conditions?: PolicyConditions;
  readonly minimum?: RetentionPolicy['minimum'] | null;
  readonly maximum?: RetentionPolicy['maximum'] | null;
  readonly countedFrom?: RetentionPolicy['countedFrom'];
}

/**
 * Makes a policy; it applies to all mail that is there and comes. The default policy can be made again after it was
 * retired. Throws `InvalidRequestError` saying what is wrong, `ConflictError` where there is a default policy already,
 * or too many.
 */
export async function createPolicy(
  ports: PolicyPorts,
  wanted: PolicyTerms,
  authors: PolicyAuthors = {},
): Promise<RetentionPolicy> {
  const terms = await checkedTerms(ports, wanted);
  if ((await activePolicies(ports)).length >= MAX_POLICIES) {
    throw new ConflictError(`there are ${MAX_POLICIES} retention policies already; retire some first`);
  }
  const policyId = terms.isDefault ? DEFAULT_POLICY_ID : newId(ports, 'rp');
  const before = terms.isDefault ? await getLogged(ports, 'configuration', policyKey(policyId)) : undefined;
  const former = before && typed<RetentionPolicy>(before).data;
  if (former && former.retiredAt === undefined) {
    throw new ConflictError('there is a default policy already; change it instead');
  }
  const now = ports.clock.now().toISOString();
  const policy: RetentionPolicy = {
    ...terms,
    policyId,
    version: (former?.version ?? 0) + 1,
    createdAt: former?.createdAt ?? now,
    changedAt: now,
    ...authors,
  };
  return await changingEpoch(ports, POLICY_EPOCH_KEY, async () => {
    await keepVersion(ports, policy);
    const written = { data: dataOf(policy) };
    await (before
      ? replaceLogged(ports, 'configuration', before, written)
      : createLogged(ports, 'configuration', policyKey(policyId), written));
    await stopPurgesUnderWay(ports);
    return policy;
  });
}

/** The terms of a policy after a change. Throws `NotFoundError`, and `ConflictError` for one that is retired. */
export async function changedTerms(
  ports: Pick<Ports, 'tables'>,
  policyId: string,
  change: PolicyChange,
): Promise<{ readonly before: RetentionPolicy; readonly after: PolicyTerms }> {
  const { policy } = await policyItem(ports, policyId);
  if (policy.retiredAt !== undefined) throw new ConflictError('this policy is retired; make another one');
  const { minimum: formerMinimum, maximum: formerMaximum, ...former } = policy;
  const minimum = change.minimum === undefined ? formerMinimum : change.minimum;
  const maximum = change.maximum === undefined ? formerMaximum : change.maximum;
  const { name = former.name, priority = former.priority, countedFrom = former.countedFrom } = change;
  const after: PolicyTerms = {
    name,
    priority,
    countedFrom,
    ...(former.isDefault ? { isDefault: true } : {}),
    conditions: change.conditions ?? former.conditions,
    ...(minimum ? { minimum } : {}),
    ...(maximum ? { maximum } : {}),
  };
  return { before: policy, after };
}

/**
 * Changes a policy for all mail, what is there included; what storage has locked stays locked. Throws as `changedTerms`,
 * `InvalidRequestError`, and `ConflictError` where somebody else changed it meanwhile.
 */
export async function changePolicy(
  ports: PolicyPorts,
  policyId: string,
  change: PolicyChange,
  authors: PolicyAuthors = {},
): Promise<RetentionPolicy> {
  const { item } = await policyItem(ports, policyId);
  const { before, after } = await changedTerms(ports, policyId, change);
  const terms = await checkedTerms(ports, after, before.conditions.query);
  const { policyId: id, version, createdAt } = before;
  const changedAt = ports.clock.now().toISOString();
  const policy: RetentionPolicy = { ...terms, policyId: id, version: version + 1, createdAt, changedAt };
  if (isDeepStrictEqual(dataOf(withoutVersion(before)), dataOf(withoutVersion(policy)))) return before;
  return await replacePolicy(ports, item, { ...policy, ...authors });
}

/** What a policy says, whichever version that is. */
function withoutVersion(policy: RetentionPolicy): object {
  const { version: _version, changedAt: _at, changedBy: _by, approvedBy: _second, ...rest } = policy;
  return rest;
}

/**
 * Ends a policy: it applies to nothing any more, and its versions stay. Safe to repeat. Throws `NotFoundError`,
 * `ConflictError`.
 */
export async function retirePolicy(
  ports: PolicyPorts,
  policyId: string,
  authors: PolicyAuthors = {},
): Promise<RetentionPolicy> {
  const { item, policy } = await policyItem(ports, policyId);
  if (policy.retiredAt !== undefined) return policy;
  const retiredAt = ports.clock.now().toISOString();
  const { changedBy: _by, approvedBy: _second, ...former } = policy;
  const version = policy.version + 1;
  return await replacePolicy(ports, item, { ...former, version, changedAt: retiredAt, retiredAt, ...authors });
}

async function replacePolicy(
  ports: PolicyPorts,
  item: Awaited<ReturnType<typeof policyItem>>['item'],
  policy: RetentionPolicy,
): Promise<RetentionPolicy> {
  return await changingEpoch(ports, POLICY_EPOCH_KEY, async () => {
    await keepVersion(ports, policy);
    await replaceLogged(ports, 'configuration', item, { data: dataOf(policy) });
    // Whoever decided before may have let go what has to be kept now.
    await stopPurgesUnderWay(ports);
    return policy;
  });
}

/** Before the policy is in force: what decisions name is always there. What an attempt left that died is written anew. */
async function keepVersion(ports: PolicyPorts, policy: RetentionPolicy): Promise<void> {
  const key = policyVersionKey(policy.policyId, policy.version);
  const there = await getLogged(ports, 'configuration', key);
  const written = { data: dataOf(policy) };
  await (there
    ? replaceLogged(ports, 'configuration', there, written)
    : createLogged(ports, 'configuration', key, written));
}

/**
 * The terms as they are kept: addresses and domains normalised. A query that stays what it was (`formerQuery`) is not checked
 * again. Throws `InvalidRequestError` saying what is wrong.
 */
export async function checkedTerms(
  ports: Pick<Ports, 'tables'>,
  terms: PolicyTerms,
  formerQuery?: string,
): Promise<PolicyTerms> {
  const conditions = normalised(terms.conditions);
  const checked = { ...terms, conditions };
  const fault = policyFault(checked);
  if (fault !== undefined) throw new InvalidRequestError(fault);
  const { query } = conditions;
  if (query !== undefined && query !== formerQuery) checkQuery(query);
  await checkReferences(ports, conditions);
  return checked;
}

/** A query means the same at every decision: what moves by itself would let mail go, or keep it, without a new version. */
function checkQuery(query: string): void {
  const [one, other] = UNLIKE_DAYS.map((now) => checkedQuery('conditions.query', query, now));
  if (!isDeepStrictEqual(one, other)) {
    throw new InvalidRequestError('conditions.query: dates must not move, as 7d does; the keep times count days');
  }
  if (one && mailboxesNamedIn(one).length > 0) {
    throw new InvalidRequestError('conditions.query: mailboxes stand in the condition mailboxes, by their ids');
  }
}

/** Neither of the same year, month, week nor weekday. */
const UNLIKE_DAYS = [new Date('2001-01-01T00:00:00.000Z'), new Date('2013-07-17T00:00:00.000Z')];

function normalised(conditions: PolicyConditions): PolicyConditions {
  const { senders, recipients, domains, ...rest } = conditions;
  const entries = Object.entries({
    ...rest,
    senders: senders?.map(addressIn),
    recipients: recipients?.map(addressIn),
    domains: domains?.map(domainIn),
  });
  const given = entries.filter(([, value]) => value !== undefined);
  const empty = given.find(([, value]) => Array.isArray(value) && value.length === 0);
  if (empty) throw new InvalidRequestError(`conditions.${empty[0]}: name at least one, or leave it out`);
  return Object.fromEntries(given);
}

function addressIn(written: string): string {
  const address = normaliseAddress(written);
  const fault = addressFault(address);
  if (fault !== undefined) throw new InvalidRequestError(`conditions: ${fault}`);
  return address;
}

function domainIn(written: string): string {
  const domain = domainOf(`x@${written.replace(/^@/, '')}`);
  if (!/^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(domain)) {
    throw new InvalidRequestError(`conditions.domains: "${written.slice(0, 100)}" is no domain`);
  }
  return domain;
}

/** A condition with an id that nothing has would protect nothing, and nobody would notice. */
async function checkReferences(
  ports: Pick<Ports, 'tables'>,
  { mailboxes = [], endpoints = [], groups = [] }: PolicyConditions,
): Promise<void> {
  const isThere = async (key: ReturnType<typeof mailboxKey>) =>
    (await getLogged(ports, 'configuration', key)) !== undefined;
  for (const mailboxId of mailboxes) {
    if (!(await isThere(mailboxKey(mailboxId)))) throw unknown('mailboxes', mailboxId);
  }
  for (const endpointId of endpoints) {
    if (!(await isThere(endpointKey(endpointId)))) throw unknown('endpoints', endpointId);
  }
  for (const groupId of groups) {
    if ((await findPrincipalById(ports, groupId))?.principal.kind !== 'group') throw unknown('groups', groupId);
  }
}

function unknown(field: string, id: string): InvalidRequestError {
  return new InvalidRequestError(`conditions.${field}: there is no ${id.slice(0, 100)}`);
}
