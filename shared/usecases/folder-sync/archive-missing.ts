import { INBOX } from '../../domain/archive-folder.ts';
import type { FetchedFrom } from '../../domain/fetched-from.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { wantedFolders } from '../../domain/live-folders.ts';
import { SourceError } from '../../errors.ts';
import type { MailSource, MessageFacts, OpenFolder, SourceFolder } from '../../sources/source.ts';
import { acceptFetched, fetchedFacts } from '../fetching/accept-fetched.ts';
import { batchesOf, isLarge } from '../fetching/batches.ts';
import { fileFetched, type TakenIn } from '../fetching/file-fetched.ts';
import { receivedAtOf } from '../fetching/received-at.ts';
import { fetchedKeyOf, nameHash } from '../filing/fetched-place.ts';
import { dataOf, typed } from '../item-data.ts';
import { becomeMatched } from './become-matched.ts';
import type { KnownPlace } from './live-places.ts';
import type { MissingItem } from './missing-item.ts';
import { missingPartition, syncOutcomesPartition } from './sync-keys.ts';
import { KEPT_SECONDS, type SyncRun } from './sync-run.ts';

/** Missing mail, and the place that it is fetched from. */
interface Wanted {
  readonly missing: MissingItem;
  readonly place: KnownPlace;
  readonly sizeBytes: number;
}

/**
 * Fetches missing mail and files it, as a fetch does: each has its entry in the ledger. Answers the ids of what is a
 * message of the archive now. What the source does not give stays missing. Throws `SourceError`. Safe to repeat.
 */
export async function archiveMissing(
  run: SyncRun,
  source: MailSource,
  folders: readonly SourceFolder[],
  missing: readonly MissingItem[],
): Promise<ReadonlySet<string>> {
  const archived = new Set<string>();
  const wanted = missing.flatMap((one) => {
    const [place] = one.places;
    return place ? [{ missing: one, place, sizeBytes: one.item.data.sizeBytes }] : [];
  });
  for (const [path, ofFolder] of Map.groupBy(wanted, ({ place }) => place.folder)) {
    const folder = folders.find((one) => one.path.join('/') === path);
    if (!folder) continue;
    try {
      const open = await source.open(folder);
      const there = ofFolder.filter(({ place }) => place.validity === open.state.validity);
      for (const batch of batchesOf(there)) {
        if (!run.mayGoOn()) return archived;
        await archiveBatch(run, open, batch, archived);
      }
    } catch (error) {
      if (!(error instanceof SourceError) || error.retryable) throw error;
      run.details.failed += 1;
      await run.log(`${path}: not archived: ${error.message}`);
    }
  }
  return archived;
}

async function archiveBatch(
  run: SyncRun,
  open: OpenFolder,
  batch: readonly Wanted[],
  archived: Set<string>,
): Promise<void> {
  const { tables } = run.filing.ports;
  const taken: { readonly wanted: Wanted; readonly takenIn: TakenIn }[] = [];
  const entries: { readonly wanted: Wanted; readonly entry: LedgerEntry | undefined }[] = [];
  const left: Wanted[] = [];
  for (const wanted of batch) {
    const known = await tables.get('messages', fetchedKeyOf(positionOf(run, wanted)));
    if (known) entries.push({ wanted, entry: typed<LedgerEntry>(known).data });
    else left.push(wanted);
  }
  const marked = left.map(({ missing: { item } }) => ({ ...item, data: dataOf({ ...item.data, isTakenIn: true }) }));
  if (marked.length > 0) await tables.batchPut('activity', marked);
  for (const { wanted, facts, raw } of await bytesOf(open, left)) {
    const now = run.filing.ports.clock.now();
    const from = fetchedFrom(run, wanted, facts);
    const receivedAt = receivedAtOf(facts, raw instanceof Uint8Array ? raw : new Uint8Array(), now);
    const accepted = await acceptFetched(run.filing.ports, fetchedFacts(from, receivedAt), raw);
    run.details.bytesFetched += facts.sizeBytes;
    taken.push({ wanted, takenIn: { ...accepted, ledgerKey: fetchedKeyOf(from) } });
  }
  const filed = await fileFetched(
    run,
    taken.map(({ takenIn }) => takenIn),
  );
  for (const [index, { wanted }] of taken.entries()) entries.push({ wanted, entry: filed[index] });
  for (const { wanted, entry } of entries) await settle(run, wanted, entry, archived);
  await run.counted();
}

async function settle(
  run: SyncRun,
  { missing, place }: Wanted,
  entry: LedgerEntry | undefined,
  archived: Set<string>,
): Promise<void> {
  if (!entry) {
    run.details.failed += 1;
    return;
  }
  await countOutcome(run, place, entry);
  if (entry.archiveId !== undefined) await becomeMatched(run, missing, entry.archiveId);
  else if (entry.outcome === 'excluded') await leaveOut(run, missing);
  else return;
  archived.add(missing.subject);
}

/** An entry that another job made is that job's. */
async function countOutcome(
  run: SyncRun,
  place: KnownPlace,
  { source, outcome, sizeBytes }: LedgerEntry,
): Promise<void> {
  if (source.fetched?.jobId !== run.jobId) return;
  const { folder, validity, key } = place;
  const item = { pk: syncOutcomesPartition(run.jobId), sk: `${nameHash(folder)}#${validity}#${key}`, version: 1 };
  const expiresAt = Math.ceil(run.ports.clock.now().getTime() / 1000) + KEPT_SECONDS;
  await run.ports.tables.put('activity', { ...item, expiresAt, data: { outcome, sizeBytes } });
  run.outcomes.set(item.sk, { outcome, sizeBytes });
}

/** What retention or an erasure removed is not archived again, and not missed. */
async function leaveOut(run: SyncRun, { item }: MissingItem): Promise<void> {
  const { listedAs, ...mail } = item.data;
  const { tables } = run.filing.ports;
  if (listedAs !== undefined) {
    await tables.deleteIfVersion('activity', { pk: missingPartition(run.mailboxId), sk: listedAs }, 1);
  }
  await tables.put('activity', { ...item, data: dataOf({ ...mail, isExcluded: true }) });
}

async function bytesOf(open: OpenFolder, wanted: readonly Wanted[]) {
  const [only] = wanted;
  if (!only) return [];
  if (wanted.length === 1 && isLarge(only)) {
    const { sizeBytes, receivedAt } = only.missing.item.data;
    const facts: MessageFacts = { key: only.place.key, flags: [], sizeBytes, internalDate: receivedAt };
    return [{ wanted: only, facts, raw: open.stream(facts) }];
  }
  const byKey = new Map(wanted.map((one) => [one.place.key, one]));
  const fetched = await open.fetch([...byKey.keys()]);
  return fetched.flatMap(({ raw, ...facts }) => {
    const one = byKey.get(facts.key);
    return one ? [{ wanted: one, facts, raw }] : [];
  });
}

function positionOf({ profileId, account }: SyncRun, { place }: Wanted) {
  const { folder, validity, key } = place;
  return { profileId, account, folder, validity, key };
}

function fetchedFrom(run: SyncRun, wanted: Wanted, { flags, internalDate, sizeBytes }: MessageFacts): FetchedFrom {
  // What was only ever thrown away lies where it was delivered to.
  const folder = wantedFolders([wanted.place], run.follow)[0] ?? INBOX;
  return {
    ...positionOf(run, wanted),
    jobId: run.jobId,
    flags,
    ...(internalDate === undefined ? {} : { internalDate }),
    sizeBytes,
    target: { mailboxId: run.mailboxId, folder },
  };
}
