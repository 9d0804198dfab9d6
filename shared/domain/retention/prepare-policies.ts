import { type KeepLength, lengthOf } from './keep-time.ts';
import type { PolicyReference, RetentionPolicy } from './retention-policy.ts';

/** A policy in the form that decisions are made with. */
export interface PreparedPolicy {
  readonly policy: RetentionPolicy;
  readonly reference: PolicyReference;
  /** That of the policy; the default policy comes behind all others. */
  readonly priority: number;
  readonly minimum: KeepLength | undefined;
  readonly maximum: KeepLength | undefined;
  readonly lists: { readonly [Name in ListName]: ReadonlySet<string> | undefined };
}

/** The conditions that are lists of values to be found in lists of facts. */
type ListName = 'mailboxes' | 'groups' | 'senders' | 'recipients' | 'domains' | 'endpoints';

/**
 * By which condition a policy is found, the first that it has: those first that few messages meet, and that can always be said
 * of a message.
 */
const FOUND_BY: readonly ListName[] = ['mailboxes', 'groups', 'senders', 'recipients', 'domains', 'endpoints'];

/** Policies, indexed so that a decision looks only at those that may match. Made once, used for any number of decisions. */
export interface PreparedPolicies {
  /** All that apply to somebody. */
  readonly all: readonly PreparedPolicy[];
  /** Found by no list: each decision looks at them. */
  readonly everywhere: readonly PreparedPolicy[];
  readonly found: { readonly [Name in ListName]: ReadonlyMap<string, readonly PreparedPolicy[]> };
  /** Found by addresses: where a message has more of them than are known, each of these may match. */
  readonly byAddress: readonly PreparedPolicy[];
  /** Whether any policy looks at a kind of fact that has to be prepared. */
  readonly asksFor: { readonly [Name in Exclude<ListName, 'endpoints'>]: boolean };
}

/** Prepares policies for `decideRetention`; retired ones are left out. */
export function preparePolicies(policies: readonly RetentionPolicy[]): PreparedPolicies {
  // Once the first certainly matches, the maximums of those behind it need no look.
  const all = policies
    .filter(({ retiredAt }) => retiredAt === undefined)
    .map(prepared)
    .toSorted((a, b) => (a.priority === b.priority ? 0 : b.priority - a.priority));
  const everywhere: PreparedPolicy[] = [];
  const byAddress: PreparedPolicy[] = [];
  const found: { readonly [Name in ListName]: Map<string, PreparedPolicy[]> } = {
    mailboxes: new Map(),
    groups: new Map(),
    senders: new Map(),
    recipients: new Map(),
    domains: new Map(),
    endpoints: new Map(),
  };
  for (const one of all) {
    const name = FOUND_BY.find((condition) => one.lists[condition] !== undefined);
    if (name === undefined) everywhere.push(one);
    else for (const value of one.lists[name] ?? []) push(found[name], value, one);
    if (name === 'senders' || name === 'recipients' || name === 'domains') byAddress.push(one);
  }
  const asks = (name: ListName) => all.some(({ lists }) => lists[name] !== undefined);
  const asksFor = {
    mailboxes: asks('mailboxes'),
    groups: asks('groups'),
    senders: asks('senders'),
    recipients: asks('recipients'),
    domains: asks('domains'),
  };
  return { all, everywhere, found, byAddress, asksFor };
}

function push(index: Map<string, PreparedPolicy[]>, value: string, one: PreparedPolicy): void {
  const there = index.get(value);
  if (there) there.push(one);
  else index.set(value, [one]);
}

function prepared(policy: RetentionPolicy): PreparedPolicy {
  const { policyId, version, conditions, minimum, maximum } = policy;
  const setOf = (values: readonly string[] | undefined) => values && new Set(values);
  return {
    policy,
    reference: { policyId, version },
    priority: policy.isDefault ? Number.NEGATIVE_INFINITY : policy.priority,
    minimum: minimum && lengthOf(minimum),
    maximum: maximum && lengthOf(maximum),
    lists: {
      mailboxes: setOf(conditions.mailboxes),
      groups: setOf(conditions.groups),
      senders: setOf(conditions.senders),
      recipients: setOf(conditions.recipients),
      domains: setOf(conditions.domains),
      endpoints: setOf(conditions.endpoints),
    },
  };
}
