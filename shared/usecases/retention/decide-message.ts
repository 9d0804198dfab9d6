import {
  type DecisionOptions,
  decideRetention,
  type RetentionDecision,
} from '../../domain/retention/decide-retention.ts';
import type { QueryFinding } from '../../domain/retention/match-policy.ts';
import type { PreparedPolicies } from '../../domain/retention/prepare-policies.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { type FactsContext, type FactsOptions, type RetainedMessage, retainedMessage } from './facts-of-message.ts';

/**
 * Where a search of the query language finds a message, judged on the message itself; `undefined` where that cannot be said.
 */
export type MatchQuery = (
  archiveId: string,
  message: RetainedMessage,
  query: string,
) => Promise<QueryFinding | undefined>;

/** What decisions on messages are made with. */
export interface DecidingContext extends FactsContext {
  /** Left out where nobody can search: then policies with a search let nothing go. */
  readonly matchesQuery?: MatchQuery;
}

export interface DecidedMessage extends RetainedMessage {
  readonly decision: RetentionDecision;
}

/**
 * What the policies say of a message, and the locks that storage has on it, on consistent reads; the searches that
 * matter are made. Whoever deletes looks at legal holds first. Throws as `retainedMessage`.
 */
export async function decideMessage(
  context: DecidingContext,
  archiveId: string,
  policies: PreparedPolicies,
  now: Date,
  options: FactsOptions = {},
): Promise<DecidedMessage> {
  const message = await retainedMessage(context, archiveId, options);
  const { lockedUntil } = message;
  const found = new Map<string, QueryFinding | undefined>();
  const known: DecisionOptions = {
    ...(lockedUntil ? { lockedUntil } : {}),
    matchesQuery: ({ conditions: { query = '' } }: RetentionPolicy) => found.get(query),
  };
  let decision = decideRetention(message.facts, policies, now, known);
  const queries = new Set(decision.unasked.map(({ conditions: { query = '' } }) => query));
  if (!context.matchesQuery || queries.size === 0) return { ...message, decision };
  for (const query of queries) found.set(query, await context.matchesQuery(archiveId, message, query));
  decision = decideRetention(message.facts, policies, now, known);
  return { ...message, decision };
}
