import type { MessageToWrite } from '../../ports/segment-writer.ts';
import { searchUnits } from '../../search/matching/search-units.ts';
import type { Query } from '../../search/query/query.ts';
import { memoryBytes } from '../../search/segments/memory-bytes.ts';
import { openSegment } from '../../search/segments/open-segment.ts';
import { SegmentBuilder } from '../../search/segments/segment-builder.ts';
import { wholeVisibility } from '../scopes/scope-query.ts';
import { isGerman } from '../search/is-german.ts';

/** A document in an index of its own. */
export interface LoneDocument {
  /** Whether a search over all that there is would find it. `undefined` where limits of searching leave it open. */
  matches(query: Query): Promise<boolean | undefined>;
}

/** Indexes a document of a mailbox, and nothing else, in memory, to be searched as any index is. */
export async function indexedAlone(document: MessageToWrite, mailboxId: string): Promise<LoneDocument> {
  const builder = new SegmentBuilder();
  builder.add({ ...document, isGerman: isGerman(document.texts) });
  const built = builder.finish();
  const texts: Uint8Array[] = [];
  for await (const part of built.texts()) texts.push(part);
  const facts = { segmentId: 'one', ...built.facts };
  const segment = await openSegment(memoryBytes(Buffer.concat(built.index)), memoryBytes(Buffer.concat(texts)), facts);
  const visibility = wholeVisibility();
  const unit = { mailboxId, part: 'one', segments: [{ facts, open: async () => segment }], visibility };
  return {
    matches: async (query) => {
      const { total, totalIsExact } = await searchUnits([unit], query, { sort: 'newest', limit: 1, facets: false });
      if (total > 0) return true;
      return totalIsExact ? false : undefined;
    },
  };
}
