import type { LegalHold } from '../../domain/retention/legal-hold.ts';
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

/** A search, as a hold of nothing else asks for it. */
function searching(query: string): LegalHold {
  const nobody = { holdId: '', name: '', matter: '', reason: '', createdAt: '', createdBy: '' };
  return { ...nobody, scope: { query }, state: 'active' };
}
