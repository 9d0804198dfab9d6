import type { FieldName } from '../field.ts';
import { FLAGS } from '../index-document.ts';
import type { SegmentColumns } from '../segments/segment.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';
import { DocumentSet } from './document-set.ts';
import { kept, matchFilter } from './match-filter.ts';
import { matchNear, matchText } from './match-text.ts';
import type { Plan } from './plan.ts';
import type { Sight, Visibility } from './searched-unit.ts';
import type { SegmentLookup } from './segment-lookup.ts';
import { isOfContent, isSeen, sightOfPrivate } from './sight.ts';

/** What somebody may find of one segment. */
export interface SeenDocuments {
  /** Those that may be found at all. */
  readonly documents: DocumentSet;
  /** Those of them whose content is not seen, where that differs from one message of the segment to another. */
  readonly closed: DocumentSet | undefined;
  readonly visibility: Visibility;
}

/** What was last seen of segments: what is shown of a result is looked up with the same eyes as the result. */
const lastSeen = new WeakMap<SegmentColumns, SeenDocuments>();

/**
 * Leaves out what was removed, what was not received in the caller's period, what is restricted, and what another
 * search finds.
 */
export function seenDocuments(columns: SegmentColumns, visibility: Visibility): SeenDocuments {
  const last = lastSeen.get(columns);
  if (last?.visibility === visibility) return last;
  const seen = seenAfresh(columns, visibility);
  lastSeen.set(columns, seen);
  return seen;
}

function seenAfresh(columns: SegmentColumns, visibility: Visibility): SeenDocuments {
  const { removed, receivedAts, flags } = columns;
  const { received, restricted = false, withoutCovered, sight } = visibility;
  let documents = DocumentSet.all(removed.length);
  if (removed.includes(1)) documents = kept(documents, (document) => removed[document] === 0);
  if (received) {
    const { from = -Infinity, to = Infinity } = received;
    documents = kept(documents, (document) => {
      const receivedAt = receivedAts[document] ?? 0;
      return receivedAt >= from && receivedAt < to;
    });
  }
  const passedOver = (withoutCovered ? FLAGS.covered : 0) | (restricted ? 0 : FLAGS.restricted);
  if (passedOver !== 0) documents = kept(documents, (document) => ((flags[document] ?? 0) & passedOver) === 0);
  if (sightOfPrivate(visibility) === sight) return { documents, closed: undefined, visibility };
  const closed = kept(documents, (document) => ((flags[document] ?? 0) & FLAGS.private) !== 0);
  return { documents, closed: closed.size === 0 ? undefined : closed, visibility };
}

/** How much of one message is seen. */
export function sightOf(document: number, { closed, visibility }: SeenDocuments): Sight {
  return closed?.has(document) ? sightOfPrivate(visibility) : visibility.sight;
}

/** What `match` finds in these fields of `within`, each message asked only for the fields that are seen of it. */
export async function inFields(
  fields: readonly FieldName[],
  { closed, visibility }: SeenDocuments,
  within: DocumentSet,
  match: (fields: readonly FieldName[], within: DocumentSet) => Promise<DocumentSet>,
): Promise<DocumentSet> {
  if (!closed) return match(fields, within);
  const inAll = fields.filter((field) => isSeen(field, sightOfPrivate(visibility), visibility.hiddenBcc));
  const inOpen = fields.filter((field) => !inAll.includes(field));
  const found = inAll.length === 0 ? DocumentSet.none(within.documentCount) : await match(inAll, within);
  return inOpen.length === 0 ? found : found.or(await match(inOpen, within.without(closed)));
}

/** Those of `within` that match. The plan is that of the unit (`planForUnit`). */
export async function matchSegment(
  lookup: SegmentLookup,
  plan: Plan,
  seen: SeenDocuments,
  within: DocumentSet = seen.documents,
): Promise<DocumentSet> {
  switch (plan.kind) {
    case 'everything':
      return within;
    case 'none':
    case 'mailbox':
      return DocumentSet.none(lookup.documentCount);
    case 'and': {
      let left = within;
      for (const part of await cheapestFirst(lookup, plan.of)) {
        if (left.size === 0) break;
        left = await matchSegment(lookup, part, seen, left);
      }
      return left;
    }
    case 'or': {
      let found = DocumentSet.none(lookup.documentCount);
      for (const part of plan.of) found = found.or(await matchSegment(lookup, part, seen, within));
      return found;
    }
    case 'not':
      return within.without(await matchSegment(lookup, plan.of, seen, within));
    case 'text':
      return inFields(plan.fields, seen, within, (fields, inThem) => matchText(lookup, plan.pattern, fields, inThem));
    case 'near':
      return inFields(plan.fields, seen, within, (fields, inThem) =>
        matchNear(lookup, [plan.left, plan.right], plan.distance, fields, inThem),
      );
    default: {
      const isClosed = seen.closed && sightOfPrivate(seen.visibility) !== 'all' && isOfContent(plan);
      return matchFilter(plan, lookup.columns, isClosed && seen.closed ? within.without(seen.closed) : within);
    }
  }
}

/** What costs little and leaves little goes first. */
async function cheapestFirst(lookup: SegmentLookup, plans: readonly Plan[]): Promise<readonly Plan[]> {
  const costs = new Map<Plan, number>();
  for (const plan of plans) costs.set(plan, await costOf(lookup, plan));
  return [...plans].sort((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0));
}

async function costOf(lookup: SegmentLookup, plan: Plan): Promise<number> {
  const all = lookup.documentCount;
  switch (plan.kind) {
    case 'date':
      return -1;
    case 'text':
      return patternCost(lookup, plan.pattern, plan.fields);
    case 'near': {
      const left = await patternCost(lookup, plan.left, plan.fields);
      return Math.min(left, await patternCost(lookup, plan.right, plan.fields)) * 2;
    }
    case 'and':
    case 'or':
      return all * 2 + plan.of.length;
    case 'not':
      return all * 4;
    default:
      return all;
  }
}

async function patternCost(lookup: SegmentLookup, pattern: TextPattern, fields: readonly FieldName[]): Promise<number> {
  switch (pattern.kind) {
    case 'nothing':
      return lookup.documentCount;
    case 'term':
      return lookup.frequency(pattern.pattern, fields);
    case 'phrase': {
      let least = Infinity;
      for (const { pattern: step } of pattern.steps) {
        least = Math.min(least, await patternCost(lookup, { kind: 'term', pattern: step }, fields));
        if (least === 0) break;
      }
      return least;
    }
    case 'any':
    case 'all': {
      const costs: number[] = [];
      for (const part of pattern.of) costs.push(await patternCost(lookup, part, fields));
      return pattern.kind === 'any' ? costs.reduce((sum, cost) => sum + cost, 0) : Math.min(...costs);
    }
  }
}
