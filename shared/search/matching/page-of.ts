import type { FieldName } from '../field.ts';
import type { Query } from '../query/query.ts';
import type { KeptMessage, SegmentColumns } from '../segments/segment.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';
import { bestPlaces, placesOf } from './best-place.ts';
import { type CompiledQuery, compileQuery } from './compile-query.ts';
import { isInFolder } from './match-filter.ts';
import { seenDocuments, sightOf } from './match-segment.ts';
import { MOST_SCORED, MOST_SHOWN, MOST_TERMS_MARKED } from './matching-limits.ts';
import { type Occurrences, occurrencesOf } from './occurrences.ts';
import type { Plan } from './plan.ts';
import type { FoundMessage, MatchedMessage, SegmentName } from './results.ts';
import { unlessDamaged } from './search-segment.ts';
import type { SearchedUnit, SegmentSnapshot, Visibility } from './searched-unit.ts';
import { SegmentLookup, termsOfEach } from './segment-lookup.ts';
import { isSeen } from './sight.ts';
import { snippetAround, snippetOfOpening } from './snippet.ts';

export interface Page {
  /** In the order of `items`, without those of `damaged` segments. */
  readonly messages: readonly FoundMessage[];
  readonly damaged: readonly SegmentName[];
}

/**
 * The messages of a result as lists show them, with snippets of what `query` finds in them. `units` are those that were
 * searched, or of them those that `items` are in.
 */
export async function pageOf(
  units: readonly SearchedUnit[],
  query: Query,
  items: readonly MatchedMessage[],
): Promise<Page> {
  const compiled = compileQuery(query);
  const shown = items.slice(0, MOST_SHOWN);
  const messages = new Map<MatchedMessage, FoundMessage>();
  const damaged: SegmentName[] = [];
  const work = bySegment(units, shown).map(async (group) => {
    const found = await unlessDamaged(shownOfSegment(group, compiled));
    if (!found) damaged.push(group.name);
    for (const [n, item] of group.items.entries()) {
      const message = found?.[n];
      if (message) messages.set(item, message);
    }
  });
  await Promise.all(work);
  return { messages: shown.map((item) => messages.get(item)).filter((message) => message !== undefined), damaged };
}

interface ShownOfSegment {
  readonly name: SegmentName;
  readonly snapshot: SegmentSnapshot;
  readonly visibility: Visibility;
  /** Ascending by their number. */
  readonly items: MatchedMessage[];
}

function bySegment(units: readonly SearchedUnit[], items: readonly MatchedMessage[]): readonly ShownOfSegment[] {
  const wanted = new Map<string, MatchedMessage[]>();
  for (const item of items) {
    const key = JSON.stringify([item.mailboxId, item.part, item.segmentId]);
    const others = wanted.get(key);
    if (others) others.push(item);
    else wanted.set(key, [item]);
  }
  const groups: ShownOfSegment[] = [];
  for (const { mailboxId, part, segments, visibility } of units) {
    for (const snapshot of segments) {
      const name = { mailboxId, part, segmentId: snapshot.facts.segmentId };
      const own = wanted.get(JSON.stringify([mailboxId, part, name.segmentId]));
      if (own) groups.push({ name, snapshot, visibility, items: own.sort((a, b) => a.document - b.document) });
    }
  }
  return groups;
}

async function shownOfSegment(
  { name: { mailboxId }, snapshot, visibility, items }: ShownOfSegment,
  compiled: CompiledQuery,
): Promise<readonly FoundMessage[]> {
  const segment = await snapshot.open();
  const columns = await segment.columns();
  const documents = Uint32Array.from(items, ({ document }) => document);
  const seen = seenDocuments(columns, visibility);
  const lookup = new SegmentLookup(segment, columns, Math.min(termsOfEach(compiled.patternCount), MOST_TERMS_MARKED));
  const open = documents.filter((document) => sightOf(document, seen) === 'all');
  const [kept, marked] = await Promise.all([segment.messages([...documents]), markedTexts(lookup, compiled, open)]);
  return kept.map((message, n) => {
    const document = documents[n] ?? 0;
    const openAt = open.indexOf(document);
    return {
      ...message.summary,
      ...(isSeen('subject', sightOf(document, seen), false) ? {} : { subject: '' }),
      archiveId: message.archiveId,
      mailboxId,
      folder: folderShown(columns, document, compiled.plan),
      snippet: openAt < 0 ? '' : snippetOf(message, marked, openAt),
    };
  });
}

interface MarkedTexts {
  readonly terms: ReadonlySet<string>;
  /** For each part of the query, where it stands in the messages. */
  readonly body: readonly (Occurrences | undefined)[];
  readonly attachment: readonly (Occurrences | undefined)[];
}

async function markedTexts(
  lookup: SegmentLookup,
  { clauses }: CompiledQuery,
  documents: Uint32Array,
): Promise<MarkedTexts> {
  const terms = new Set<string>();
  const wanted = documents.length === 0 ? [] : clauses.slice(0, MOST_SCORED);
  for (const { pattern } of wanted) await addTerms(lookup, pattern, terms);
  const inField = async (field: FieldName) => {
    const found: (Occurrences | undefined)[] = [];
    for (const { fields, pattern } of wanted) {
      found.push(fields.includes(field) ? await occurrencesOf(lookup, pattern, field, documents) : undefined);
    }
    return found;
  };
  return { terms, body: await inField('body'), attachment: await inField('attachment') };
}

async function addTerms(lookup: SegmentLookup, pattern: TextPattern, terms: Set<string>): Promise<void> {
  if (pattern.kind === 'nothing') return;
  if (pattern.kind === 'term') for (const { term } of await lookup.terms(pattern.pattern)) terms.add(term);
  else if (pattern.kind === 'phrase') {
    for (const step of pattern.steps) await addTerms(lookup, { kind: 'term', pattern: step.pattern }, terms);
  } else for (const part of pattern.of) await addTerms(lookup, part, terms);
}

/** What was found in the body, else in an attachment, else how the body begins. `n` is the number of the message in `marked`. */
function snippetOf({ texts }: KeptMessage, marked: MarkedTexts, n: number): string {
  for (const field of ['body', 'attachment'] as const) {
    const best = bestPlaces(placesOf(marked[field], n), marked[field].length);
    const [first] = best;
    if (!first) continue;
    // The text in which the place is: the last that begins at or before it.
    const before = texts.filter((kept) => kept.field === field && kept.firstPosition <= first.first);
    const [text] = before.sort((a, b) => b.firstPosition - a.firstPosition);
    const snippet = text ? snippetAround(text, best, marked.terms) : '';
    if (snippet !== '') return snippet;
  }
  for (const text of texts) {
    const snippet = text.field === 'body' ? snippetOfOpening(text) : '';
    if (snippet !== '') return snippet;
  }
  return '';
}

/** The folder that was asked for, where one was, else the first the message lies in. */
function folderShown({ folders }: SegmentColumns, document: number, plan: Plan): string {
  const asked = foldersAsked(plan);
  const own: string[] = [];
  for (let i = folders.starts[document] ?? 0; i < (folders.starts[document + 1] ?? 0); i++) {
    own.push(folders.values[folders.ordinals[i] ?? 0] ?? '');
  }
  return own.find((name) => asked.some((folder) => isInFolder(name, folder))) ?? own[0] ?? '';
}

function foldersAsked(plan: Plan): readonly string[] {
  if (plan.kind === 'folder') return [plan.folder];
  return plan.kind === 'and' || plan.kind === 'or' ? plan.of.flatMap(foldersAsked) : [];
}
