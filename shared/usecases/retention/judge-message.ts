import { holdsOnMessage } from '../holds/holds-on-message.ts';
import type { HoldContext } from '../holds/lone-documents.ts';
import type { MatchQuery } from './decide-message.ts';
import { findInPlaces } from './find-in-places.ts';
import type { HoldsOn } from './why-kept.ts';

/** What retention asks of a message itself, beside what its record says. */
export interface MessageJudge {
  readonly matchesQuery: MatchQuery;
  readonly holdsOn: HoldsOn;
}

/** Judges messages as legal holds do: by what a search would find in an index with nothing but the message in it. */
export function messageJudge(context: HoldContext): MessageJudge {
  return {
    matchesQuery: async (archiveId, message, query) => await findInPlaces(context, archiveId, message, query),
    holdsOn: async (archiveId, { record, filings }) => {
      const holds = await holdsOnMessage(context, archiveId, { record, filings });
      return holds.map(({ hold: { holdId, name, matter } }) => ({ holdId, name, matter }));
    },
  };
}
