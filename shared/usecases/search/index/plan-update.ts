import { ArchiveError, DamagedError } from '../../../errors.ts';
import { FLAGS } from '../../../search/index-document.ts';
import type { ManifestSegment } from '../../../search/manifest.ts';
import type { Change } from '../../../search/segments/changes.ts';
import { blindCopiesOf, FILING_FLAGS, type FiledMessage, filingFlags, foldersOf } from './build-document.ts';
import type { IndexContext } from './index-context.ts';
import type { LocatedSegment } from './located.ts';
import type { MarkCause } from './marks.ts';
import type { PresentState } from './present-state.ts';

/** What becomes of a message in a segment. */
export interface DocumentChange {
  readonly archiveId: string;
  readonly segmentId: string;
  readonly document: number;
  readonly change: Change;
  /** By how much the number of covered messages grows. */
  readonly coveredBy: number;
}

/** What brings an index to the present state of some messages. */
export interface Update {
  /** To be built: new ones, and those that replace others. */
  readonly added: readonly FiledMessage[];
  readonly changed: readonly DocumentChange[];
  /** Segments whose files have words of purged messages. */
  readonly holdPurged: ReadonlySet<string>;
  /**
   * Messages of which other mailboxes' indexes must be told: they came to the mailbox of an endpoint later, or more
   * recipients did.
   */
  readonly spread: readonly PresentState[];
}

interface Place {
  readonly located: LocatedSegment;
  readonly document: number;
}

/** Compares the present states with what the index has. Throws `StorageError`. */
export async function planUpdate(
  context: IndexContext,
  mailboxId: string,
  states: readonly PresentState[],
  located: readonly LocatedSegment[],
  { intents, bySummary }: { readonly intents: ReadonlyMap<string, MarkCause>; readonly bySummary: ReadonlySet<string> },
): Promise<Update> {
  const added: FiledMessage[] = [];
  const changed: DocumentChange[] = [];
  const holdPurged = new Set<string>();
  const spread: PresentState[] = [];
  const isJournal = (await context.directory.mailbox(mailboxId))?.endpointId !== undefined;
  for (const state of states) {
    const places = placesOf(located, state.archiveId);
    const live = places.filter(({ located: { columns }, document }) => columns.removed[document] !== 1);
    if (!state.record)
      for (const {
        located: { facts },
      } of places)
        holdPurged.add(facts.segmentId);
    const message = filedMessage(state);
    const asked = intents.get(state.archiveId) ?? 'changed';
    const intent = bySummary.has(state.archiveId) && asked !== 'anew' ? 'changed' : asked;
    const kept = message && (await placeToKeep(context, mailboxId, message, live, intent));
    for (const place of live) if (place !== kept) changed.push(removal(state.archiveId, place));
    if (kept) changed.push(...alteration(state, kept));
    else if (message) added.push(message);
    if (isJournal && message && !kept && tellsOthers(message, live, intent)) spread.push(state);
  }
  return { added, changed, holdPurged, spread };
}

function placesOf(located: readonly LocatedSegment[], archiveId: string): readonly Place[] {
  return located.flatMap((segment) => {
    const document = segment.documents.get(archiveId);
    return document === undefined ? [] : [{ located: segment, document }];
  });
}

function filedMessage(state: PresentState): FiledMessage | undefined {
  const { record, filings } = state;
  const [first, ...rest] = filings;
  return record && first ? { ...state, record, filings: [first, ...rest] } : undefined;
}

/** Where the message can stay as it was built, if anywhere. */
async function placeToKeep(
  context: IndexContext,
  mailboxId: string,
  message: FiledMessage,
  live: readonly Place[],
  intent: MarkCause,
): Promise<Place | undefined> {
  const current = live.find(({ located: { facts } }) => !facts.isStale);
  if (intent === 'anew') return current;
  const place = current ?? live[0];
  if (!place || intent === 'changed') return place;
  return (await mayHaveMoreRecipients(context, mailboxId, message)) ? undefined : place;
}

/** Later arrivals may tell of blind copies; nothing else that is indexed ever changes. */
async function mayHaveMoreRecipients(
  context: IndexContext,
  mailboxId: string,
  message: FiledMessage,
): Promise<boolean> {
  if (message.laterArrivals.length === 0) return false;
  try {
    const content = await context.contents.read(context, message);
    const mailbox = (await context.directory.mailbox(mailboxId)) ?? { secondaryAddresses: [] };
    const { open, hidden } = blindCopiesOf(mailbox, message, content);
    return open.length + hidden.length > 0;
  } catch (error) {
    if (error instanceof DamagedError) return false;
    // Building it fails as well then, and it comes again.
    if (error instanceof ArchiveError && error.retryable) return true;
    throw error;
  }
}

function tellsOthers(message: FiledMessage, live: readonly Place[], intent: MarkCause): boolean {
  if (message.otherMailboxIds.length === 0 || intent !== 'filed') return false;
  const joinedLater = message.filings.some(({ arrivalId }) => arrivalId !== message.record.first.arrivalId);
  return joinedLater || live.length > 0;
}

function removal(archiveId: string, { located: { facts, columns }, document }: Place): DocumentChange {
  const wasCovered = ((columns.flags[document] ?? 0) & FLAGS.covered) !== 0;
  const { segmentId } = facts;
  return { archiveId, segmentId, document, change: { removed: true }, coveredBy: wasCovered ? -1 : 0 };
}

/** Empty where the index says already what is true. */
function alteration(state: PresentState, { located: { facts, columns }, document }: Place): readonly DocumentChange[] {
  const before = columns.flags[document] ?? 0;
  const flags = (before & ~FILING_FLAGS) | filingFlags(state);
  const folders = foldersOf(state);
  const { starts, ordinals, values } = columns.folders;
  const former = [...ordinals.subarray(starts[document], starts[document + 1])].map((ordinal) => values[ordinal]);
  if (flags === before && former.toSorted().join('\0') === folders.join('\0')) return [];
  const coveredBy = Math.sign((flags & FLAGS.covered) - (before & FLAGS.covered));
  const { archiveId } = state;
  return [{ archiveId, segmentId: facts.segmentId, document, change: { folders, flags }, coveredBy }];
}

/** By the id of the segment. */
export function changesBySegment(changed: readonly DocumentChange[]): ReadonlyMap<string, readonly DocumentChange[]> {
  return Map.groupBy(changed, ({ segmentId }) => segmentId);
}

/** The segment with the number of its covered messages as changes leave it. */
export function recounted(segment: ManifestSegment, changed: readonly DocumentChange[]): ManifestSegment {
  return { ...segment, covered: changed.reduce((sum, { coveredBy }) => sum + coveredBy, segment.covered) };
}
