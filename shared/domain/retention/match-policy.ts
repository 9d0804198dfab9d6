import { domainOf, withoutDetail } from '../address.ts';
import { matches } from '../folder-selection.ts';
import type { PreparedPolicies, PreparedPolicy } from './prepare-policies.ts';
import type { RetainedPlace, RetentionFacts } from './retention-facts.ts';
import type { RetentionPolicy } from './retention-policy.ts';

/**
 * Whether a policy matches: `perhaps` where it may lengthen and not shorten, as something of the message is not known, or
 * only some of those who have it are meant; `ask` where its search alone has to tell.
 */
export type PolicyMatch = 'yes' | 'no' | 'perhaps' | 'ask';

/** What a match is wanted for: filings that were removed count for minimums only. */
export type MatchPurpose = 'minimum' | 'maximum';

/**
 * Where a search finds a message: `everywhere` is in all personal mailboxes that it lies in, whatever folder of them one looks
 * at; of one that lies in journals' mailboxes alone, in any of them.
 */
export type QueryFinding = 'everywhere' | 'somewhere' | 'nowhere';

/** What the search of a policy finds; `undefined` where nobody has looked, or nobody can say. */
export type MatchesQuery = (policy: RetentionPolicy) => QueryFinding | undefined;

/** Facts in the form that policies are compared with. */
export interface MatchedFacts {
  readonly facts: RetentionFacts;
  /** Of all places, former ones too, each once; empty where no policy asks for them. */
  readonly mailboxes: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** With and without their sub-addresses. */
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
  readonly domains: readonly string[];
  readonly matchesQuery: MatchesQuery | undefined;
}

/** Prepares the facts of a message for one decision. */
export function factsToMatch(
  facts: RetentionFacts,
  policies: PreparedPolicies,
  matchesQuery: MatchedFacts['matchesQuery'],
): MatchedFacts {
  const senders = policies.asksFor.senders ? withBases(facts.senders) : facts.senders;
  const recipients = policies.asksFor.recipients ? withBases(facts.recipients) : facts.recipients;
  const { places } = facts;
  return {
    facts,
    mailboxes: policies.asksFor.mailboxes ? mailboxesOf(places) : NONE,
    groups: policies.asksFor.groups ? groupsOf(places) : NONE,
    senders,
    recipients,
    domains: policies.asksFor.domains ? domainsOf(facts) : [],
    matchesQuery,
  };
}

const NONE: ReadonlySet<string> = new Set();

function mailboxesOf(places: readonly RetainedPlace[]): ReadonlySet<string> {
  const mailboxes = new Set<string>();
  for (const { mailboxId } of places) mailboxes.add(mailboxId);
  return mailboxes;
}

function groupsOf(places: readonly RetainedPlace[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { groups } of places) for (const group of groups) found.add(group);
  return found;
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
  lookUp(found.mailboxes, matched.mailboxes, visit);
  lookUp(found.groups, matched.groups, visit);
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
  values: Iterable<string>,
  visit: (one: PreparedPolicy) => void,
): void {
  if (index.size === 0) return;
  for (const value of values) {
    const policies = index.get(value);
    if (policies) for (const one of policies) visit(one);
  }
}

/** Compares one policy with a message. */
export function matchOf(one: PreparedPolicy, matched: MatchedFacts, purpose: MatchPurpose): PolicyMatch {
  const { policy, lists } = one;
  const { facts } = matched;
  const { directions, sources, largerThanBytes, smallerThanBytes } = policy.conditions;
  if (largerThanBytes !== undefined && facts.sizeBytes <= largerThanBytes) return 'no';
  if (smallerThanBytes !== undefined && facts.sizeBytes >= smallerThanBytes) return 'no';
  if (sources && !sources.some((source) => facts.sources.includes(source))) return 'no';
  if (!meets(lists.endpoints, facts.endpoints)) return 'no';
  if (directions && facts.direction !== undefined && !directions.includes(facts.direction)) return 'no';
  const meetsAddresses =
    meets(lists.senders, matched.senders) &&
    meets(lists.recipients, matched.recipients) &&
    meets(lists.domains, matched.domains);
  if (!meetsAddresses && !facts.addressesTruncated) return 'no';
  const ofPlaces = matchOfPlaces(one, facts.places, purpose);
  if (ofPlaces === 'no') return 'no';
  if (!meetsAddresses || (directions && facts.direction === undefined)) return 'perhaps';
  return ofPlaces === 'yes' ? matchOfQuery(policy, matched) : 'perhaps';
}

/**
 * What lengthens needs any place, what shortens all: nobody who removes a message, or files it elsewhere, takes it from
 * others. Journals' mailboxes are nobody's, and count for shortening where there are no others.
 */
function matchOfPlaces(
  { policy: { conditions }, lists: { mailboxes, groups } }: PreparedPolicy,
  places: readonly RetainedPlace[],
  purpose: MatchPurpose,
): 'yes' | 'no' | 'perhaps' {
  const { folders } = conditions;
  if (!mailboxes && !groups && !folders) return 'yes';
  let [inMailbox, inGroup, inFolder, isEverywhere] = [false, false, false, true];
  for (const place of places) {
    if (place.isFormer && purpose === 'maximum') continue;
    const isMailbox = !mailboxes || mailboxes.has(place.mailboxId);
    const isGroup = meets(groups, place.groups);
    const isFolder = !folders || isIn(place.folder, folders);
    inMailbox ||= isMailbox;
    inGroup ||= isGroup;
    inFolder ||= isFolder;
    if (!place.isJournal && !(isMailbox && isGroup && isFolder)) isEverywhere = false;
    const isSomewhere = inMailbox && inGroup && inFolder;
    if (isSomewhere && purpose === 'minimum') return 'yes';
    // The others change nothing more: there may be thousands.
    if (isSomewhere && !isEverywhere) return 'perhaps';
  }
  return inMailbox && inGroup && inFolder ? 'yes' : 'no';
}

const MATCH_OF_FINDING = { everywhere: 'yes', somewhere: 'perhaps', nowhere: 'no' } as const;

function matchOfQuery(policy: RetentionPolicy, { matchesQuery }: MatchedFacts): PolicyMatch {
  if (policy.conditions.query === undefined) return 'yes';
  const finding = matchesQuery?.(policy);
  return finding === undefined ? 'ask' : MATCH_OF_FINDING[finding];
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
