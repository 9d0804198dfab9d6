/**
 * Which mail something is about, such as a legal hold: everything, or what all of its conditions match: the custodians
 * (in one of `mailboxes`, or from or to one of `addresses`), the period, the search. A list is never empty. Times are
 * ISO 8601, UTC.
 */
export interface MessageScope {
  readonly everything?: true;
  /** Ids of mailboxes: of custodians, or of endpoints. */
  readonly mailboxes?: readonly string[];
  /** Normalised addresses of senders or recipients, blind copies and journal recipients too. */
  readonly addresses?: readonly string[];
  /** First instant of the period of receipt (inclusive). */
  readonly from?: string;
  /** End of the period (exclusive). */
  readonly to?: string;
  /** A search, in the query language. */
  readonly query?: string;
}

/** A scope as it was settled: it means the same for ever. */
export interface SettledScope {
  /** Never changed: who wants another one makes another. */
  readonly scope: MessageScope;
  /** The mailboxes that the query names, by the names it has for them, as they were called when the scope was settled. */
  readonly queryMailboxes?: { readonly [name: string]: readonly string[] };
  /** Also what times in the query count from, such as `after:7d`; ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A message as it lies in one mailbox, or lay there before somebody removed it. */
export interface ScopedPlace {
  readonly mailboxId: string;
  /** When it came there; ISO 8601, UTC. None where that is not known. */
  readonly receivedAts: readonly string[];
}

/** How many mailboxes, or addresses, a scope names: keeps its item small and its search quick. */
export const MAX_CUSTODIANS = 500;

/** Why something cannot be a scope, or `undefined`. */
export function scopeFault(scope: MessageScope): string | undefined {
  const { everything, mailboxes = [], addresses = [], from, to, query } = scope;
  const given = Object.values(scope).filter((condition) => condition !== undefined);
  if (given.length === 0) return 'scope: names nothing; for the whole archive, say everything';
  if (everything && given.length > 1) return 'scope: everything leaves nothing to be named beside it';
  if (query?.trim() === '') return 'scope.query: asks for nothing';
  if (mailboxes.length > MAX_CUSTODIANS) return `scope.mailboxes: at most ${MAX_CUSTODIANS}`;
  if (addresses.length > MAX_CUSTODIANS) return `scope.addresses: at most ${MAX_CUSTODIANS}`;
  return from !== undefined && to !== undefined && from >= to ? 'scope: from is not before to' : undefined;
}

/**
 * Whether the scope covers a message for the sake of one place where it lies, as far as the place alone tells: `by_text` where
 * the message itself must be asked. What is unknown counts as covered.
 */
export function coversPlace(scope: MessageScope, { mailboxId, receivedAts }: ScopedPlace): 'yes' | 'no' | 'by_text' {
  if (scope.everything) return 'yes';
  if (receivedAts.length > 0 && !receivedAts.some((at) => isInPeriod(scope, at))) return 'no';
  const { mailboxes, addresses, query } = scope;
  const isCustodian = (!mailboxes && !addresses) || mailboxes?.includes(mailboxId) === true;
  if (!isCustodian && !addresses) return 'no';
  return isCustodian && query === undefined ? 'yes' : 'by_text';
}

/**
 * Whether the scope covers input that could not be filed: whose it is and what it says cannot be known, so all of its period
 * is covered.
 */
export function coversQuarantined(scope: MessageScope, { receivedAt }: { readonly receivedAt: string }): boolean {
  return scope.everything === true || isInPeriod(scope, receivedAt);
}

function isInPeriod({ from = '', to }: MessageScope, at: string): boolean {
  return at >= from && (to === undefined || at < to);
}
