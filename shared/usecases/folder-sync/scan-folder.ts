import { readHeaderFields } from '../../mail/header-fields.ts';
import type { Item } from '../../ports/tables.ts';
import type { MessageFacts, OpenFolder } from '../../sources/source.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { fieldsForPeople, firstFields, matchMessages } from './match-messages.ts';
import { forgetVanished, rememberMatches, rememberRenamed, type ScannedFolder, touch } from './remember-live.ts';
import { livePartition } from './sync-keys.ts';
import type { LiveMessage, MissingMail } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** Messages that are looked up together: what their header fields take is in memory twice. */
const MATCHED_AT_ONCE = 250;
/** Sorts behind all keys of IMAP. */
const END = '~';

/** How a folder is gone through. */
export interface FolderScan extends ScannedFolder {
  /** First key, inclusive. */
  readonly from: string;
  /** What was matched is filed anew, and what was left alone is looked at again. */
  readonly isFullComparison: boolean;
  /** Partitions of folders that are gone and may be this one under another name. */
  readonly formerPartitions: readonly string[];
}

/** What was seen of a folder. */
export interface FolderSeen {
  /** False where the slice was over first. */
  readonly isComplete: boolean;
  /** Messages from the first key on. */
  readonly messages: number;
  /** Messages that are there and of which nothing could be told. */
  readonly untold: number;
  /** Messages that were left alone. */
  readonly ambiguous: number;
}

/**
 * Compares the messages of an open folder with what is known of them: new ones are matched, vanished ones forgotten.
 * Throws `SourceError`. Safe to repeat, and to be ended at any point.
 */
export async function scanFolder(run: SyncRun, open: OpenFolder, scan: FolderScan): Promise<FolderSeen> {
  const seen = { messages: 0, untold: 0, ambiguous: 0 };
  let from: string | undefined = scan.from;
  while (from !== undefined) {
    if (!run.mayGoOn()) return { isComplete: false, ...seen };
    const page = await open.list(from);
    const known = await knownLive(run, livePartition(run, scan), from, page.next);
    const { news, again, left } = sift(page.messages, known, scan.isFullComparison);
    await touch(run.filing.ports, run, again);
    if (known.size > 0) await forgetVanished(run, scan, [...known.values()]);
    const matched = await matchAll(run, open, scan, await takeOver(run, scan, news));
    seen.messages += page.messages.length;
    seen.untold += matched.untold;
    seen.ambiguous += left + matched.ambiguous;
    if (!matched.isComplete) return { isComplete: false, ...seen };
    from = page.next;
  }
  return { isComplete: true, ...seen };
}

/** What has to be done of a page; what is known of messages that are there is taken out of `known`. */
function sift(
  messages: readonly MessageFacts[],
  known: Map<string, Item<LiveMessage>>,
  isFullComparison: boolean,
): { readonly news: readonly MessageFacts[]; readonly again: readonly string[]; readonly left: number } {
  const news: MessageFacts[] = [];
  const again: string[] = [];
  let left = 0;
  for (const facts of messages) {
    const before = known.get(facts.key)?.data;
    if (!before || !isSame(before, facts)) {
      news.push(facts);
      continue;
    }
    known.delete(facts.key);
    const { state, subject } = before;
    const isDecided = state === 'matched' || state === 'missing';
    if (isFullComparison && !isDecided) news.push(facts);
    else if (state === 'ambiguous') left += 1;
    if (isFullComparison && state === 'matched' && subject !== undefined) again.push(subject);
  }
  return { news, again, left };
}

/** Forgets all that lay in a folder that is gone, or has other keys now. Answers false where the slice was over first. */
export async function forgetFolder(
  run: SyncRun,
  place: { readonly folder: string; readonly validity: string },
): Promise<boolean> {
  let batch: Item<LiveMessage>[] = [];
  for await (const item of queryAll(run.filing.ports, 'activity', livePartition(run, place))) {
    batch.push(typed<LiveMessage>(item));
    if (batch.length < MATCHED_AT_ONCE) continue;
    await forgetVanished(run, place, batch);
    batch = [];
    if (!run.mayGoOn()) return false;
  }
  await forgetVanished(run, place, batch);
  return true;
}

/** What is known of the messages from `from` (inclusive) to `next` (exclusive). */
async function knownLive(
  { filing }: SyncRun,
  partition: string,
  from: string,
  next: string | undefined,
): Promise<Map<string, Item<LiveMessage>>> {
  const known = new Map<string, Item<LiveMessage>>();
  const range = { ...(from === '' ? {} : { from }), to: next ?? END };
  for await (const item of queryAll(filing.ports, 'activity', partition, range)) {
    if (item.sk !== next) known.set(item.sk, typed<LiveMessage>(item));
  }
  return known;
}

/** Servers keep a key for a message while UIDVALIDITY is the same; those that do not are told by this. */
function isSame(before: LiveMessage, { sizeBytes, internalDate }: MessageFacts): boolean {
  return before.sizeBytes === sizeBytes && before.internalDate === internalDate;
}

/** Takes over what a renamed folder's messages were under its former name; answers the others. */
async function takeOver(
  run: SyncRun,
  scan: FolderScan,
  messages: readonly MessageFacts[],
): Promise<readonly MessageFacts[]> {
  const [first, last] = [messages[0]?.key, messages.at(-1)?.key];
  if (first === undefined || last === undefined || scan.formerPartitions.length === 0) return messages;
  const found: { readonly facts: MessageFacts; readonly live: LiveMessage }[] = [];
  for (const partition of scan.formerPartitions) {
    // No more of a large folder than the page: all of it is in memory.
    const known = await knownLive(run, partition, first, `${last}${END}`);
    for (const facts of messages) {
      const live = known.get(facts.key)?.data;
      if (live && isSame(live, facts) && (live.state === 'matched' || live.state === 'missing'))
        found.push({ facts, live });
    }
  }
  const once = [...new Map(found.map((one) => [one.facts.key, one])).values()];
  if (once.length > 0) await rememberRenamed(run, scan, once);
  const taken = new Set(once.map(({ facts }) => facts.key));
  return messages.filter(({ key }) => !taken.has(key));
}

/** Matches messages, several hundred at a time. */
async function matchAll(
  run: SyncRun,
  open: OpenFolder,
  scan: FolderScan,
  messages: readonly MessageFacts[],
): Promise<Omit<FolderSeen, 'messages'>> {
  const seen = { untold: 0, ambiguous: 0 };
  let asked = ask(run, open, messages.slice(0, MATCHED_AT_ONCE));
  for (let start = 0; start < messages.length; start += MATCHED_AT_ONCE) {
    if (!run.mayGoOn()) return { isComplete: false, ...seen };
    const some = messages.slice(start, start + MATCHED_AT_ONCE);
    const first = await asked;
    // The source answers while the tables do.
    asked = ask(run, open, messages.slice(start + MATCHED_AT_ONCE, start + 2 * MATCHED_AT_ONCE));
    const found = await matchMessages(run, open, scan.live, some, first);
    const missing = found.filter(({ match }) => match.state === 'missing').map(({ facts }) => facts);
    const shown = await forPeople(run, open, missing);
    // What has no fields any more that it had before has gone: where it lies now it is told by its own.
    const matched = found.filter(
      ({ facts: { key }, match }) => match.state !== 'missing' || shown.has(key) || !first.has(key),
    );
    seen.untold += some.length - (await rememberMatches(run, scan, matched, shown));
    seen.ambiguous += matched.filter(({ match }) => match.state === 'ambiguous').length;
    await run.counted();
  }
  await asked;
  return { isComplete: true, ...seen };
}

function ask(run: SyncRun, open: OpenFolder, messages: readonly MessageFacts[]) {
  const asked = firstFields(run, open, messages);
  // Its failure is thrown where it is waited for; until then it must not count as unhandled.
  asked.catch(() => undefined);
  return asked;
}

async function forPeople(
  run: SyncRun,
  open: OpenFolder,
  missing: readonly MessageFacts[],
): Promise<ReadonlyMap<string, Pick<MissingMail, 'title' | 'from' | 'fromName'>>> {
  const fields = await fieldsForPeople(run, open, missing);
  return new Map(
    [...fields].map(([key, bytes]) => {
      const { subject, from } = readHeaderFields(bytes);
      const name = from?.name === undefined ? {} : { fromName: from.name.slice(0, SHOWN_TEXT) };
      const address = from === undefined ? {} : { from: from.address.slice(0, SHOWN_TEXT) };
      return [key, { title: subject.slice(0, SHOWN_TEXT), ...address, ...name }] as const;
    }),
  );
}

/** How much of a subject or name is kept. */
const SHOWN_TEXT = 500;
