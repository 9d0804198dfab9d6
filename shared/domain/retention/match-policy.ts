import { domainOf, withoutDetail } from '../address.ts';
import { matches } from '../folder-selection.ts';
import type { PreparedPolicies, PreparedPolicy } from './prepare-policies.ts';
import type { RetentionFacts } from './retention-facts.ts';
import type { RetentionPolicy } from './retention-policy.ts';

/**
 * Whether a policy matches: `unknown` where nothing that is known speaks against it; `ask` where its search alone has
 * to tell.
 */
export type PolicyMatch = 'yes' | 'no' | 'unknown' | 'ask';

/** What a match is wanted for: filings that were removed count for minimums only. */
export type MatchPurpose = 'minimum' | 'maximum';

/** Facts in the form that policies are compared with. */
export interface MatchedFacts {
  readonly facts: RetentionFacts;
  /** Present and former ones. */
  readonly everMailboxes: readonly string[];
  /** With and without their sub-addresses. */
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
  readonly domains: readonly string[];
  readonly matchesQuery: ((policy: RetentionPolicy) => boolean | undefined) | undefined;
}

/** Prepares the facts of a message for one decision. */
export function factsToMatch(
  facts: RetentionFacts,
  policies: PreparedPolicies,
  matchesQuery: MatchedFacts['matchesQuery'],
): MatchedFacts {
  const senders = policies.asksFor.senders ? withBases(facts.senders) : facts.senders;
  const recipients = policies.asksFor.recipients ? withBases(facts.recipients) : facts.recipients;
  const { formerMailboxes, mailboxes } = facts;
  return {
    facts,
    everMailboxes: formerMailboxes.length === 0 ? mailboxes : [...mailboxes, ...formerMailboxes],
    senders,
    recipients,
    domains: policies.asksFor.domains ? domainsOf(facts) : [],
    matchesQuery,
  };
}

function withBases(addresses: readonly string[]): readonly string[] {
  const bases = addresses.map(withoutDetail).filter((base) => base !== undefined);
  return bases.length === 0 ? addresses : [...addresses, ...bases];
}

function domainsOf({ senders, recipients }: RetentionFacts): readonly string[] {
  return [...new Set([...senders, ...recipients].map(domainOf))];
}

/** Visits the policies that may match, some of them more than once; all others do not match. */
export function policiesThatMayMatch(
  { everywhere, found, byAddress }: PreparedPolicies,
  matched: MatchedFacts,
  visit: (one: PreparedPolicy) => void,
): void {
  for (const one of everywhere) visit(one);
  lookUp(found.mailboxes, matched.everMailboxes, visit);
  lookUp(found.groups, matched.facts.groups, visit);
  lookUp(found.endpoints, matched.facts.endpoints, visit);
  if (matched.facts.addressesTruncated) {
    for (const one of byAddress) visit(one);
    return;
  }
  lookUp(found.senders, matched.senders, visit);
  lookUp(found.recipients, matched.recipients, visit);
  lookUp(found.domains, matched.domains, visit);
}

function lookUp(
  index: ReadonlyMap<string, readonly PreparedPolicy[]>,
  values: readonly string[],
  visit: (one: PreparedPolicy) => void,
): void {
  if (index.size === 0) return;
  for (const value of values) {
    const policies = index.get(value);
    if (policies) for (const one of policies) visit(one);
  }
}

/** Compares one policy with a message. */
export function matchOf({ policy, lists }: PreparedPolicy, matched: MatchedFacts, purpose: MatchPurpose): PolicyMatch {
  const { facts } = matched;
  const { directions, sources, largerThanBytes, smallerThanBytes, folders } = policy.conditions;
  if (largerThanBytes !== undefined && facts.sizeBytes <= largerThanBytes) return 'no';
  if (smallerThanBytes !== undefined && facts.sizeBytes >= smallerThanBytes) return 'no';
  if (sources && !sources.some((source) => facts.sources.includes(source))) return 'no';
  if (!meets(lists.mailboxes, purpose === 'minimum' ? matched.everMailboxes : facts.mailboxes)) return 'no';
  if (!meets(lists.groups, facts.groups) || !meets(lists.endpoints, facts.endpoints)) return 'no';
  if (folders && !facts.folders.some((folder) => isIn(folder, folders))) return 'no';
  if (directions && facts.direction !== undefined && !directions.includes(facts.direction)) return 'no';
  const meetsAddresses =
    meets(lists.senders, matched.senders) &&
    meets(lists.recipients, matched.recipients) &&
    meets(lists.domains, matched.domains);
  if (!meetsAddresses && !facts.addressesTruncated) return 'no';
  if (!meetsAddresses || (directions && facts.direction === undefined)) return 'unknown';
  return matchOfQuery(policy, matched);
}

function matchOfQuery(policy: RetentionPolicy, { matchesQuery }: MatchedFacts): PolicyMatch {
  if (policy.conditions.query === undefined) return 'yes';
  const found = matchesQuery?.(policy);
  if (found === undefined) return 'ask';
  return found ? 'yes' : 'no';
}

function meets(wanted: ReadonlySet<string> | undefined, values: readonly string[]): boolean {
  if (wanted === undefined) return true;
  for (const value of values) if (wanted.has(value)) return true;
  return false;
}

function isIn(folder: string, patterns: readonly string[]): boolean {
  const place = { path: folder.split('/'), isPersonal: true, isSelectable: true };
  return patterns.some((pattern) => matches(place, pattern));
}
