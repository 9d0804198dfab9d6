import { frequentFacets } from '../../../search/matching/facet-counter.ts';
import type { FacetCounts, FacetName, FoundMessage, SearchLimit } from '../../../search/matching/results.ts';
import type { SearchScope } from './search-scope.ts';
import type { SearchTrace } from './search-trace.ts';

/** How often a value stands among all that was found; of a mailbox with its name. */
interface FacetValue {
  readonly value: string;
  readonly count: number;
  readonly name?: string;
}

/** A page of what was found. */
export interface SearchPage {
  readonly items: readonly FoundMessage[];
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly facets: { readonly [Name in FacetName]: readonly FacetValue[] };
  /** Limits that cut something off. */
  readonly limits: readonly SearchLimit[];
  /** Segments searched, all there are, and the ids of mailboxes whose index failed. */
  readonly searched: { readonly segments: number; readonly of: number; readonly failed: readonly string[] };
  readonly cursor?: string;
  /** The job that goes on with what there was no time for. */
  readonly jobId?: string;
  /** For the audit trail. */
  readonly trace: SearchTrace;
}

/** Facets as the API shows them. */
export function shownFacets(counts: FacetCounts, { mailboxes }: SearchScope): SearchPage['facets'] {
  const facets = frequentFacets(counts);
  const names = new Map(mailboxes.map(({ mailbox }) => [mailbox.mailboxId, mailbox.name]));
  return {
    mailbox: shown(facets.mailbox).map((facet) => {
      const name = names.get(facet.value);
      return name === undefined ? facet : { ...facet, name };
    }),
    folder: shown(facets.folder),
    month: shown(facets.month),
    sender: shown(facets.sender),
    attachmentType: shown(facets.attachmentType),
  };
}

function shown(counts: FacetCounts[FacetName]): readonly FacetValue[] {
  return counts.map(([value, count]) => ({ value, count }));
}
