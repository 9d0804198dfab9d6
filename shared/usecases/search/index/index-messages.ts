import { ArchiveError, ConflictError } from '../../../errors.ts';
import type { ObjectKey } from '../../../ports/object-store.ts';
import type { MessageToWrite } from '../../../ports/segment-writer.ts';
import type { ManifestSegment } from '../../../search/manifest.ts';
import { eachAtOnce } from './at-once.ts';
import { buildDocument } from './build-document.ts';
import type { IndexContext } from './index-context.ts';
import { changesFileKey } from './index-keys.ts';
import type { IndexUnit } from './index-unit.ts';
import { rememberUnit } from './known-units.ts';
import { type LocatedSegment, locate } from './located.ts';
import { commitManifest, type ReadManifest, readToChange } from './manifest-store.ts';
import { markMessages } from './mark-messages.ts';
import { MARK_CAUSES, type MarkCause } from './marks.ts';
import { NewSegments } from './new-segments.ts';
import { changesBySegment, type DocumentChange, planUpdate, recounted, type Update } from './plan-update.ts';
import { type PresentState, presentState } from './present-state.ts';
import { storeChanges } from './segment-files.ts';
import { planTidying } from './tidying.ts';

/** Messages whose state is read, or which are built, at once. */
const AT_ONCE = 24;
/** How often a run starts again because another changed the unit meanwhile. */
const MAX_ATTEMPTS = 8;

/** A message, and what is to be done about it. */
export interface MessageToIndex {
  readonly archiveId: string;
  readonly intent: MarkCause;
  /** The mark that asks for it. */
  readonly batchId?: string;
  /** Its bytes are not to be read. */
  readonly isBySummary?: boolean;
}

export interface Indexed {
  /** Messages that are in new segments. */
  readonly added: number;
  /** Messages that were moved, marked or removed. */
  readonly changed: number;
  readonly segments: number;
  /** Messages that could not be read now, for reasons outside of them. */
  readonly postponed: readonly string[];
}

/**
 * Brings the index of a unit to the present state of some messages, in one commit: readers see all of it or nothing.
 * Safe to repeat, and safe beside others with the same unit: who commits second starts again. Throws
 * `DamagedSegmentError`, `StorageError`, and `ConflictError` where others are always first. `onRead` is called each time
 * all mail is read, and segments are being written.
 */
export async function indexMessages(
  context: IndexContext,
  unit: IndexUnit,
  messages: readonly MessageToIndex[],
  onRead: () => void = () => undefined,
): Promise<Indexed> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const indexed = await attemptToIndex(context, unit, messages, onRead);
    if (indexed) return indexed;
  }
  throw new ConflictError(`the index of ${unit.mailboxId} ${unit.part} was changed by others again and again`);
}

/** `undefined` where another changed the unit meanwhile. */
async function attemptToIndex(
  context: IndexContext,
  unit: IndexUnit,
  messages: readonly MessageToIndex[],
  onRead: () => void,
): Promise<Indexed | undefined> {
  // The manifest first: what is committed after the states were read makes this attempt fail.
  const read = await readToChange(context.ports, unit);
  // Whoever wrote the first one may have died before it said so; the marks that it did are still there.
  if (read.manifest.generation === 1) await rememberUnit(context.ports, unit);
  const intents = openIntents(messages, new Set(read.manifest.doneMarks));
  const states = await statesOf(context, unit.mailboxId, [...intents.keys()]);
  const located = await locate(context, unit, read.manifest, states);
  const bySummary = new Set(messages.flatMap(({ archiveId, isBySummary }) => (isBySummary ? [archiveId] : [])));
  const update = await planUpdate(context, unit.mailboxId, states, located, { intents, bySummary });
  await tellOthers(context, update.spread);
  const written: ObjectKey[] = [];
  const built = await storeAdded(context, unit, { ...update, bySummary }, written, onRead);
  const kept = new Set(built.postponed);
  const changed = update.changed.filter(({ archiveId }) => !kept.has(archiveId));
  const counts = { added: update.added.length - kept.size, changed: changed.length, postponed: built.postponed };
  const isMarked = messages.some(({ batchId }) => batchId !== undefined);
  const isSame = counts.added + counts.changed + update.holdPurged.size === 0;
  // Marks are done by a commit even so: another that saw an older state, and has yet to commit it, starts again then.
  if (intents.size === 0 || (isSame && !isMarked)) return { ...counts, segments: 0 };
  const segments = await storeChanged(context, unit, { read, located, changed, update }, written);
  const { damaged } = read.manifest;
  const doneMarks = [...new Set(messages.flatMap(({ batchId }) => batchId ?? []))];
  const next = { segments: [...segments, ...built.segments], doneMarks, ...(damaged ? { damaged } : {}) };
  if (await commitManifest(context.ports, read, next)) {
    if (read.etag === undefined) await rememberUnit(context.ports, unit);
    return { ...counts, segments: built.segments.length };
  }
  // Not deleted: the manifest may be ours, where a store repeats a call whose answer was lost.
  await planTidying(context.ports, unit, written);
  return undefined;
}

/** What is to be done about each message, without what marks ask for that were done before. */
function openIntents(messages: readonly MessageToIndex[], done: ReadonlySet<string>): ReadonlyMap<string, MarkCause> {
  const intents = new Map<string, MarkCause>();
  for (const { archiveId, intent, batchId } of messages) {
    if (batchId !== undefined && done.has(batchId)) continue;
    const known = MARK_CAUSES.indexOf(intents.get(archiveId) ?? 'changed');
    intents.set(archiveId, MARK_CAUSES[Math.max(known, MARK_CAUSES.indexOf(intent))] ?? intent);
  }
  return intents;
}

/** Before the commit: a run that dies after it does not come back to these messages. */
async function tellOthers(context: IndexContext, spread: Update['spread']): Promise<void> {
  const told = spread.flatMap(({ archiveId, record, otherMailboxIds }) => {
    return record ? [{ archiveId, archivedAt: record.archivedAt, mailboxIds: otherMailboxIds }] : [];
  });
  if (told.length > 0) await markMessages(context.ports, told, 'retold');
}

/** New segments with the messages that are to be added; `written` gets the keys of all files before they are there. */
async function storeAdded(
  context: IndexContext,
  unit: IndexUnit,
  { added, bySummary }: Pick<Update, 'added'> & { readonly bySummary: ReadonlySet<string> },
  written: ObjectKey[],
  onRead: () => void,
): Promise<{ readonly segments: readonly ManifestSegment[]; readonly postponed: readonly string[] }> {
  const mailbox = (await context.directory.mailbox(unit.mailboxId)) ?? { secondaryAddresses: [] };
  const segments = new NewSegments(context, unit, written);
  const postponed: string[] = [];
  try {
    await eachAtOnce(added, AT_ONCE, async (message) => {
      const document = await readDocument(context, mailbox, message, bySummary.has(message.archiveId));
      if (document) await segments.add(document);
      else postponed.push(message.archiveId);
    });
  } catch (error) {
    await segments.abandon();
    throw error;
  }
  const finished = segments.finish();
  onRead();
  return { segments: await finished, postponed };
}

/** `undefined` where the message cannot be read now. */
async function readDocument(
  ...[context, mailbox, message, isBySummary]: Parameters<typeof buildDocument>
): Promise<MessageToWrite | undefined> {
  try {
    return await buildDocument(context, mailbox, message, isBySummary);
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ArchiveError && error.retryable;
}

/** The segments of the manifest as the changes leave them. */
async function storeChanged(
  { ports }: IndexContext,
  unit: IndexUnit,
  work: {
    readonly read: ReadManifest;
    readonly located: readonly LocatedSegment[];
    readonly changed: readonly DocumentChange[];
    readonly update: Update;
  },
  written: ObjectKey[],
): Promise<readonly ManifestSegment[]> {
  const { segments } = work.read.manifest;
  const { holdPurged } = work.update;
  const bySegment = changesBySegment(work.changed);
  const replaced = segments.flatMap(({ segmentId, changes }) => {
    return changes && bySegment.has(segmentId) ? [changesFileKey(unit, changes.name)] : [];
  });
  if (replaced.length > 0 || holdPurged.size > 0) await planTidying(ports, unit, replaced);
  const former = new Map(work.located.map(({ facts, changes }) => [facts.segmentId, changes]));
  const stored: ManifestSegment[] = [];
  for (const segment of segments) {
    const { segmentId } = segment;
    const marked = holdPurged.has(segmentId) ? { ...segment, holdsPurged: true as const } : segment;
    const own = bySegment.get(segmentId);
    if (!own) {
      stored.push(marked);
      continue;
    }
    const all = new Map([...(former.get(segmentId) ?? []), ...own.map((one) => [one.document, one.change] as const)]);
    const changed = await storeChanges(ports, unit, recounted(marked, own), all);
    if (changed.changes) written.push(changesFileKey(unit, changed.changes.name));
    stored.push(changed);
  }
  return stored;
}

/** In the order of the ids. */
async function statesOf(
  context: IndexContext,
  mailboxId: string,
  archiveIds: readonly string[],
): Promise<readonly PresentState[]> {
  const states: PresentState[] = [];
  await eachAtOnce(archiveIds, AT_ONCE, async (archiveId, index) => {
    states[index] = await presentState(context, mailboxId, archiveId);
  });
  return states;
}
