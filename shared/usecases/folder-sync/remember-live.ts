import { INBOX } from '../../domain/archive-folder.ts';
import { type LiveFolder, wantedFolders } from '../../domain/live-folders.ts';
import { ArchiveError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import type { MessageFacts } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { putFiling } from '../filings/put-filing.ts';
import { dataOf } from '../item-data.ts';
import { newId } from '../new-id.ts';
import { messageIdHashOf } from './find-candidates.ts';
import type { Match, MatchedMessage } from './match-messages.ts';
import {
  identityKey,
  type LiveMessagePlace,
  livePartition,
  livePlaceKey,
  missingOfPartition,
  type SyncedAccount,
  touchedPartition,
} from './sync-keys.ts';
import type { LiveMessage, MissingMail } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** A folder as it is gone through. */
export interface ScannedFolder {
  readonly live: LiveFolder;
  /** Path, joined by slashes. */
  readonly folder: string;
  readonly validity: string;
}

/** How many subjects stand in one item: far below the 400 KB that it may have. */
const TOUCHED_AT_ONCE = 500;
/** How many items are deleted at once. */
const DELETES_AT_ONCE = 250;

/** Has messages filed anew by their live places. To be called before the places change. */
export async function touch(
  { tables, clock, entropy }: Pick<Ports, 'tables' | 'clock' | 'entropy'>,
  account: SyncedAccount,
  subjects: readonly string[],
): Promise<void> {
  const once = [...new Set(subjects)];
  const items: Item[] = [];
  for (let start = 0; start < once.length; start += TOUCHED_AT_ONCE) {
    const sk = newId({ clock, entropy }, 'touched');
    const some = once.slice(start, start + TOUCHED_AT_ONCE);
    items.push({ pk: touchedPartition(account), sk, version: 1, data: { subjects: some } });
  }
  if (items.length > 0) await tables.batchPut('activity', items);
}

/**
 * Keeps what live messages were found to be, after filing those that were not filed in this mailbox. A message counts as
 * seen with the last write, so that whatever an attempt that died left out is done again. Answers how many were kept: one
 * that cannot be filed now is not.
 */
export async function rememberMatches(
  run: SyncRun,
  scanned: ScannedFolder,
  found: readonly MatchedMessage[],
  forPeople: ReadonlyMap<string, Pick<MissingMail, 'title' | 'from' | 'fromName'>>,
): Promise<number> {
  const { ports } = run.filing;
  const filed = await Promise.all(
    found.map(async (one) => {
      const { match } = one;
      const isFiled =
        match.state !== 'matched' || !match.late || (await fileLate(run, scanned, match.archiveId, match.late));
      return isFiled ? [one] : [];
    }),
  );
  const matched = filed.flat();
  const all = matched.map(({ facts, match }) => ({ facts, match, subject: subjectOf(run, facts, match) }));
  const subjects = all.flatMap(({ match, subject }) => (match.state === 'matched' && subject ? [subject] : []));
  await touch(ports, run, subjects);
  const now = ports.clock.now().toISOString();
  const before: Item[] = [];
  const missing: Item[] = [];
  const last: Item[] = [];
  for (const { facts, match, subject } of all) {
    const place = placeOf(scanned, facts.key);
    if (subject !== undefined) before.push(placeItem(run, subject, place, scanned.live));
    if (match.state === 'missing' && subject !== undefined) {
      const known = forPeople.get(facts.key) ?? { title: '' };
      missing.push(missingItem(run, subject, { facts, match, scanned, known, now }));
    }
    if (match.state === 'matched' && facts.emailId !== undefined) {
      const data = { archiveId: match.archiveId, sizeBytes: facts.sizeBytes };
      last.push({ ...identityKey(run, facts.emailId), version: 1, data });
    }
    last.push(liveItem(run, place, liveMessage(facts, match.state, subject)));
  }
  // A copy of it may have been found before.
  await Promise.all(missing.map((item) => ports.tables.putIfAbsent('activity', item)));
  if (before.length > 0) await ports.tables.batchPut('activity', before);
  if (last.length > 0) await ports.tables.batchPut('activity', last);
  count(run, matched);
  return matched.length;
}

/** Takes over what messages were known to be at another place: their folder has another name now. */
export async function rememberRenamed(
  run: SyncRun,
  scanned: ScannedFolder,
  messages: readonly { readonly facts: MessageFacts; readonly live: LiveMessage }[],
): Promise<void> {
  const { tables } = run.filing.ports;
  const subjects = messages.flatMap(({ live }) => (live.subject === undefined ? [] : [live.subject]));
  await touch(run.filing.ports, run, subjects);
  const places = messages.flatMap(({ facts, live: { subject } }) =>
    subject === undefined ? [] : [placeItem(run, subject, placeOf(scanned, facts.key), scanned.live)],
  );
  if (places.length > 0) await tables.batchPut('activity', places);
  const items = messages.map(({ facts, live }) => liveItem(run, placeOf(scanned, facts.key), live));
  if (items.length > 0) await tables.batchPut('activity', items);
}

/** Forgets messages that are not at their place any more; their subjects are looked at once all folders were gone through. */
export async function forgetVanished(
  run: SyncRun,
  { folder, validity }: Pick<LiveMessagePlace, 'folder' | 'validity'>,
  vanished: readonly Item<LiveMessage>[],
): Promise<void> {
  const { ports } = run.filing;
  const subjects = vanished.flatMap(({ data }) => (data.subject === undefined ? [] : [data.subject]));
  await touch(ports, run, subjects);
  for (let start = 0; start < vanished.length; start += DELETES_AT_ONCE) {
    const some = vanished.slice(start, start + DELETES_AT_ONCE);
    await Promise.all(
      some.map(async ({ sk, data }) => {
        if (data.subject === undefined) return;
        const key = livePlaceKey(run, data.subject, { folder, validity, key: sk });
        await ports.tables.deleteIfVersion('activity', key, 1);
      }),
    );
    await Promise.all(some.map((item) => ports.tables.deleteIfVersion('activity', item, item.version)));
  }
  run.details.vanished += vanished.length;
}

/**
 * Files a message of the archive in this mailbox, where it was not before; by its content where it lies live, and where
 * it was delivered to if that is no folder to follow. Answers false where it has to come again, because it is being
 * purged or changed. Safe to repeat.
 */
export async function fileLate(
  run: SyncRun,
  { live }: Pick<ScannedFolder, 'live'>,
  archiveId: string,
  late: NonNullable<Extract<Match, { readonly state: 'matched' }>['late']>,
): Promise<boolean> {
  const { mailboxId, profileId, follow } = run;
  const by = { kind: 'sync', profileId } as const;
  const [message, further] =
    late === 'same-bytes'
      ? ([
          { archiveId },
          { mailboxId, folder: wantedFolders([live], follow)[0] ?? INBOX, basis: 'folder', hasOriginal: true },
        ] as const)
      : ([
          { archiveId, arrival: late.arrival },
          { mailboxId, folder: late.folder, basis: late.basis },
        ] as const);
  try {
    if ((await putFiling(run.ports, message, further, by)) === 'filed') run.details.filedLate += 1;
    return true;
  } catch (error) {
    if (!(error instanceof ArchiveError) || !NOT_NOW.includes(error.code)) throw error;
    run.details.postponed += 1;
    return false;
  }
}

/** One message that is being purged or changed must not keep the others out. */
const NOT_NOW: readonly string[] = ['not_found', 'purging', 'conflict'];

/** The id of what is missing: the same for all its copies in the account; of copies in other forms all but the end is. */
function subjectOf(run: SyncedAccount, { sizeBytes }: MessageFacts, match: Match): string | undefined {
  if (match.state === 'matched') return match.archiveId;
  if (match.state !== 'missing') return undefined;
  const { header, fingerprint = '' } = match;
  const { messageId, date } = header;
  const tells = messageId === undefined ? fingerprint : JSON.stringify([messageId, date?.toISOString()]);
  const form = messageId === undefined ? '' : `-${sizeBytes}`;
  return `missing-${nameHash(`${run.profileId}\0${run.account}\0${tells}`)}${form}`;
}

function placeOf({ folder, validity }: ScannedFolder, key: string): LiveMessagePlace {
  return { folder, validity, key };
}

function liveMessage(
  { sizeBytes, internalDate, emailId }: MessageFacts,
  state: LiveMessage['state'],
  subject: string | undefined,
): LiveMessage {
  return {
    ...(subject === undefined ? {} : { subject }),
    state,
    sizeBytes,
    ...(internalDate === undefined ? {} : { internalDate }),
    ...(emailId === undefined ? {} : { emailId }),
  };
}

export function liveItem(account: SyncedAccount, place: LiveMessagePlace, live: LiveMessage): Item {
  return { pk: livePartition(account, place), sk: place.key, version: 1, data: dataOf(live) };
}

export function placeItem(
  account: SyncedAccount,
  subject: string,
  place: LiveMessagePlace,
  { path, specialUse }: LiveFolder,
): Item {
  const data = { path, ...(specialUse === undefined ? {} : { specialUse }) };
  return { ...livePlaceKey(account, subject, place), version: 1, data };
}

function missingItem(
  run: SyncRun,
  subject: string,
  found: {
    readonly facts: MessageFacts;
    readonly match: Extract<Match, { readonly state: 'missing' }>;
    readonly scanned: ScannedFolder;
    readonly known: Pick<MissingMail, 'title' | 'from' | 'fromName'>;
    readonly now: string;
  },
): Item {
  const { facts, match, scanned, known, now } = found;
  const { messageId, date } = match.header;
  const mail: MissingMail = {
    place: { path: scanned.live.path, validity: scanned.validity, key: facts.key },
    receivedAt: receiptWithin(facts.internalDate ?? date?.toISOString(), now),
    sizeBytes: facts.sizeBytes,
    ...(messageId === undefined ? {} : { messageIdHash: messageIdHashOf(messageId) }),
    ...(date === undefined ? {} : { date: date.toISOString() }),
    ...known,
    ...(match.fingerprint === undefined ? {} : { fingerprint: match.fingerprint }),
    firstSeenAt: now,
  };
  return { pk: missingOfPartition(run), sk: subject, version: 1, data: dataOf(mail) };
}

/** Users and senders choose these times: one to come would never count as missing, nor lie in the period of a report. */
function receiptWithin(known: string | undefined, now: string): string {
  return known === undefined || known > now || known < '1970' ? now : known;
}

function count({ details }: SyncRun, matched: readonly MatchedMessage[]): void {
  details.compared += matched.length;
  for (const { match } of matched) {
    if (match.state === 'matched') details.matched += 1;
    if (match.state === 'ambiguous') details.ambiguous += 1;
  }
}
