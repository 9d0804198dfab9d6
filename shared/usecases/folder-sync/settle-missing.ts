import { matchByHeader } from '../../domain/live-match.ts';
import type { Item } from '../../ports/tables.ts';
import type { MailSource, SourceFolder } from '../../sources/source.ts';
import { dataOf, typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import { noteTrouble } from '../troubles.ts';
import { archiveMissing } from './archive-missing.ts';
import { becomeMatched } from './become-matched.ts';
import { type Candidate, candidateByFingerprint, candidatesWith } from './find-candidates.ts';
import { type LateFiling, lateEvidence } from './late-evidence.ts';
import { type KnownPlace, placesOf } from './live-places.ts';
import { representativeOf } from './missing-copies.ts';
import type { MissingItem } from './missing-item.ts';
import { missingOfPartition, missingPartition } from './sync-keys.ts';
import type { ListedMissing, MissingMail } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** How long journaling may be on its way with a message. */
const EXPECTED_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;
/** So long after it was found, missing mail is looked up at every run; later as often as all is compared. */
const LOOKED_UP_MS = 14 * DAY_MS;
const LOOKED_UP_AT_ONCE = 200;

/**
 * Looks missing mail up once more: what was archived since becomes that message. The rest is archived where the profile
 * wants that, or listed for people, once journaling cannot be on its way with it any more; an event tells of what was
 * found missing newly. Answers false where the slice was over first. Throws `SourceError`. Safe to repeat.
 */
export async function settleMissing(
  run: SyncRun,
  source: MailSource,
  folders: readonly SourceFolder[],
): Promise<boolean> {
  const { ports } = run.filing;
  const { details } = run;
  details.missing = 0;
  details.expected = 0;
  let untold = 0;
  let batch: Item<MissingMail>[] = [];
  const settleBatch = async () => {
    const left = await stillMissing(run, batch);
    batch = [];
    const due = left.filter(({ item, places }) => places.length > 0 && !isExpected(run, item.data));
    const archived = run.profile.archiveMissing ? await archiveMissing(run, source, folders, due) : new Set<string>();
    for (const one of left.filter(({ subject }) => !archived.has(subject))) {
      const kept = await keep(run, one);
      if (kept.data.listedAs !== undefined && !kept.data.isTold) untold += 1;
    }
  };
  for await (const item of queryAll(ports, 'activity', missingOfPartition(run), { page: LOOKED_UP_AT_ONCE })) {
    batch.push(typed<MissingMail>(item));
    if (batch.length < LOOKED_UP_AT_ONCE) continue;
    if (!run.mayGoOn()) return false;
    await settleBatch();
  }
  if (!run.mayGoOn()) return false;
  await settleBatch();
  await tell(run, untold);
  return true;
}

/** Those that are in the archive become messages of it; answers the others. */
async function stillMissing(run: SyncRun, items: readonly Item<MissingMail>[]): Promise<readonly MissingItem[]> {
  const now = run.filing.ports.clock.now().getTime();
  const found = await Promise.all(
    items.map(async (item) => {
      const places = await placesOf(run.filing.ports, run, item.sk);
      const isNew = now - Date.parse(item.data.firstSeenAt) < LOOKED_UP_MS;
      const isBegun = item.data.isTakenIn && run.profile.archiveMissing && places.length > 0;
      if (isBegun || (!isNew && !isDue(run, item.data, now))) return { subject: item.sk, item, places };
      const match = await lookUp(run, item.data);
      const data = isNew ? item.data : { ...item.data, lookedUpAt: new Date(now).toISOString() };
      return { subject: item.sk, item: { ...item, data }, places, match };
    }),
  );
  const left: MissingItem[] = [];
  for (const { match, ...one } of found) {
    if (!match) {
      if (!one.item.data.isExcluded) left.push(one);
      continue;
    }
    // What is being purged is looked up at the next run.
    if (await becomeMatched(run, one, match.archiveId, match.late)) run.details.found += 1;
  }
  return left;
}

function isDue({ profile }: SyncRun, { lookedUpAt = '' }: MissingMail, now: number): boolean {
  return !(now - Date.parse(lookedUpAt) < profile.compareEveryDays * DAY_MS);
}

async function lookUp(
  run: SyncRun,
  mail: MissingMail,
): Promise<{ readonly archiveId: string; readonly late?: LateFiling | 'same-bytes' } | undefined> {
  const { filing, mailboxId } = run;
  const { messageIdHash, fingerprint, sizeBytes, date, from } = mail;
  if (fingerprint !== undefined) {
    const candidate = await candidateByFingerprint(filing.ports, fingerprint, mailboxId);
    if (candidate) return await settled(run, candidate, true);
  }
  if (messageIdHash === undefined) return undefined;
  const header = { sizeBytes, ...(date === undefined ? {} : { date }), from: from ?? null };
  const { candidates, areAll } = await candidatesWith(filing.ports, messageIdHash, mailboxId);
  if (!areAll) return undefined;
  // Its content is known not to be theirs: what a server wrote anew would have another size.
  const others = candidates.filter((one) => fingerprint === undefined || one.sizeBytes !== sizeBytes);
  const decision = matchByHeader(header, others);
  return typeof decision === 'object' ? await settled(run, decision.candidate, false) : undefined;
}

async function settled(run: SyncRun, { archiveId, isFiledHere, isPurged }: Candidate, hasSameBytes: boolean) {
  if (isFiledHere || isPurged) return { archiveId };
  const late = await lateEvidence(run.filing, archiveId, run.mailboxId);
  if (late) return { archiveId, late };
  return hasSameBytes ? { archiveId, late: 'same-bytes' as const } : undefined;
}

function isExpected({ filing }: SyncRun, { receivedAt }: MissingMail): boolean {
  return filing.ports.clock.now().getTime() - Date.parse(receivedAt) < EXPECTED_MS;
}

/** Keeps what is missing, and lists one of its copies for people unless journaling may be on its way with it. */
async function keep(run: SyncRun, one: MissingItem): Promise<Item<MissingMail>> {
  const { subject, item, places } = one;
  const { tables, clock } = run.filing.ports;
  const { isItself, isTold } = await representativeOf(run, one);
  if (!isItself) return await unlist(run, one);
  const { goneAt: before, ...data } = item.data;
  const mail: MissingMail = { ...data, ...(isTold ? { isTold } : {}) };
  const goneAt = places.length > 0 ? undefined : (before ?? clock.now().toISOString());
  const isListed = mail.listedAs !== undefined || !isExpected(run, mail);
  if (goneAt === undefined) run.details[isListed ? 'missing' : 'expected'] += 1;
  const kept: MissingMail = {
    ...mail,
    ...(isListed ? { listedAs: mail.listedAs ?? `${mail.receivedAt}#${subject}` } : {}),
    folders: foldersOf(mail, places),
    ...(goneAt === undefined ? {} : { goneAt }),
  };
  if (JSON.stringify(dataOf(kept)) !== JSON.stringify(dataOf(item.data)) || mail.isTold !== true) {
    if (kept.listedAs !== undefined) {
      const listed = { pk: missingPartition(run.mailboxId), sk: kept.listedAs, version: 1 };
      await tables.put('activity', { ...listed, data: dataOf(shown(run, kept)) });
    }
    await tables.put('activity', { ...item, data: dataOf(kept) });
  }
  return { ...item, data: kept };
}

/** Another copy is listed for it. */
async function unlist(run: SyncRun, { item }: MissingItem): Promise<Item<MissingMail>> {
  const { listedAs, goneAt: _goneAt, ...data } = item.data;
  const { tables } = run.filing.ports;
  if (listedAs === undefined) return item;
  await tables.deleteIfVersion('activity', { pk: missingPartition(run.mailboxId), sk: listedAs }, 1);
  await tables.put('activity', { ...item, data: dataOf(data) });
  return { ...item, data };
}

/** Where it lies; where it lay last, once it is gone. */
function foldersOf({ folders, place }: MissingMail, places: readonly KnownPlace[]): readonly string[] {
  if (places.length === 0) return folders ?? [place.path.join('/')];
  return [...new Set(places.map(({ path }) => path.join('/')))];
}

function shown(run: SyncRun, mail: MissingMail): ListedMissing {
  const { receivedAt, date, from = '', fromName, title, sizeBytes, messageIdHash, firstSeenAt, goneAt } = mail;
  return {
    folders: mail.folders ?? [mail.place.path.join('/')],
    receivedAt,
    ...(date === undefined ? {} : { date }),
    from: { ...(fromName === undefined ? {} : { name: fromName }), address: from },
    subject: title,
    sizeBytes,
    ...(messageIdHash === undefined ? {} : { messageIdHash }),
    firstSeenAt,
    profileId: run.profileId,
    account: run.account,
    ...(goneAt === undefined ? {} : { goneAt }),
  };
}

/** Told before it is noted that it was: at least once. */
async function tell(run: SyncRun, missing: number): Promise<void> {
  if (missing === 0) return;
  const { ports, mailboxId, profileId, jobId } = run;
  const detail = { profileId, jobId, mailboxId, missing };
  const now = ports.clock.now();
  await noteTrouble(ports, { kind: 'incomplete', at: now.toISOString(), ...detail });
  await ports.events.publish({ type: 'completenessFell', at: now, detail });
  for await (const item of queryAll(ports, 'activity', missingOfPartition(run))) {
    const { data } = typed<MissingMail>(item);
    if (data.listedAs === undefined || data.isTold) continue;
    await ports.tables.put('activity', { ...item, data: dataOf({ ...data, isTold: true }) });
  }
}
