import type { RetentionDecision } from '../../domain/retention/decide-retention.ts';
import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { type NamedPolicy, namedPolicy } from '../../domain/retention/named-policy.ts';
import { NotFoundError } from '../../errors.ts';
import { type DecidingContext, decideMessage } from './decide-message.ts';
import type { RetainedMessage } from './facts-of-message.ts';
import type { PolicyBook } from './policy-book.ts';

/** The active holds that cover a message, judged on the message itself. */
export type HoldsOn = (
  archiveId: string,
  message: RetainedMessage,
) => Promise<readonly Pick<LegalHold, 'holdId' | 'name' | 'matter'>[]>;

export interface WhyContext extends DecidingContext {
  readonly policies: PolicyBook;
  readonly holdsOn?: HoldsOn;
}

/** Until when a message is kept, and because of what. */
export interface WhyKept extends Pick<RetentionDecision, 'state' | 'minimumUntil' | 'maximumAt'> {
  readonly archivedAt: Date;
  readonly receivedAt?: Date;
  readonly minimumBy?: NamedPolicy;
  /** Until when storage keeps it, whatever policies say, as far as that is known; absent where it does not, or not any more. */
  readonly lockedUntil?: Date;
  readonly maximumBy?: NamedPolicy;
  /** Policies whose search nobody could make: they let nothing go. */
  readonly undecided: readonly NamedPolicy[];
  readonly holds: readonly Pick<LegalHold, 'holdId' | 'name' | 'matter'>[];
}

/** Says until when a message is kept and why, on consistent reads. Throws `NotFoundError`. */
export async function whyKept(context: WhyContext, archiveId: string, now: Date): Promise<WhyKept> {
  const { policies, prepared } = await context.policies.now();
  const message = await decideMessage(context, archiveId, prepared, now);
  const { record, facts, decision, lockedUntil } = message;
  if (record.state !== 'live') throw new NotFoundError(`message ${archiveId}`);
  const holds = (await context.holdsOn?.(archiveId, message)) ?? [];
  const { state, minimumUntil, minimumBy, maximumAt, maximumBy, unasked } = decision;
  return {
    state,
    archivedAt: facts.archivedAt,
    ...(facts.receivedAt ? { receivedAt: facts.receivedAt } : {}),
    ...(minimumUntil ? { minimumUntil } : {}),
    ...(minimumBy ? { minimumBy: namedPolicy(minimumBy, policies) } : {}),
    ...(lockedUntil && lockedUntil > now ? { lockedUntil } : {}),
    ...(maximumAt ? { maximumAt } : {}),
    ...(maximumBy ? { maximumBy: namedPolicy(maximumBy, policies) } : {}),
    undecided: unasked.map(({ policyId, version, name }) => ({ policyId, version, name })),
    holds,
  };
}
