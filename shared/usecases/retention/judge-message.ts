import type { SettledScope } from '../../domain/message-scope.ts';
import { foundCoverageOf, holdsOnMessage } from '../holds/holds-on-message.ts';
import type { HoldContext } from '../holds/lone-documents.ts';
import type { MatchQuery } from './decide-message.ts';
import type { HoldsOn } from './why-kept.ts';

/** What retention asks of a message itself, beside what its record says. */
export interface MessageJudge {
  readonly matchesQuery: MatchQuery;
  readonly holdsOn: HoldsOn;
}

/** Judges messages as legal holds do: by what a search would find in an index with nothing but the message in it. */
export function messageJudge(context: HoldContext): MessageJudge {
  return {
    matchesQuery: async (archiveId, { record, filings }, query) => {
      const found = await foundCoverageOf(context, searching(query), archiveId, { record, filings });
      return found?.isUndecided ? undefined : found !== undefined;
    },
    holdsOn: async (archiveId, { record, filings }) => {
      const holds = await holdsOnMessage(context, archiveId, { record, filings });
      return holds.map(({ hold: { holdId, name, matter } }) => ({ holdId, name, matter }));
    },
  };
}

/** Queries of policies are about no time that moves, so the one that they are settled at does not matter. */
function searching(query: string): SettledScope {
  return { scope: { query }, createdAt: new Date(0).toISOString() };
}
