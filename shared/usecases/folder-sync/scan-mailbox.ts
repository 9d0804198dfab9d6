import { leftOut } from '../../domain/folder-selection.ts';
import { SourceError } from '../../errors.ts';
import type { FolderState, MailSource, OpenFolder, SourceFolder } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { dataOf, typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import type { ScannedFolder } from './remember-live.ts';
import { type FolderSeen, forgetFolder, scanFolder } from './scan-folder.ts';
import { begunPartition, foldersPartition, type LiveMessagePlace, livePartition } from './sync-keys.ts';
import type { SyncedFolder } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** How the look at a mailbox ended. */
export interface MailboxScanned {
  /** False where the slice was over before the mailbox was. */
  readonly isComplete: boolean;
  readonly folders: readonly SourceFolder[];
  /** How many messages were left alone in all. */
  readonly ambiguous: number;
  /** Folders that could not be opened or gone through: what was known of them stays. */
  readonly unseen: number;
}

/** How many of the folders that are left out are named. */
const TOLD_FOLDERS = 200;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A folder of which not everything could be told is compared as a whole next time. */
const NOT_TOLD = -1;

/**
 * Goes through the folders of a live mailbox that have changed since the last run. Those that are gone are forgotten
 * last, so that one which has another name now is known by it. Throws `SourceError`.
 */
export async function scanMailbox(run: SyncRun, source: MailSource): Promise<MailboxScanned> {
  const all = await source.folders();
  const folders = all.filter((folder) => leftOut(folder, run.profile.folders) === undefined);
  if (run.isFirst) await tellLeftOut(run, all);
  const known = await knownFolders(run);
  const there = new Set(folders.map(({ path }) => nameHash(path.join('/'))));
  const gone = [...known].filter(([hash]) => !there.has(hash)).map(([, folder]) => folder);
  let unseen = 0;
  for (const [foldersDone, folder] of folders.entries()) {
    run.progressed({ folders: folders.length, foldersDone });
    if (!run.mayGoOn()) return { isComplete: false, folders, unseen, ambiguous: 0 };
    const before = known.get(nameHash(folder.path.join('/')));
    try {
      if (!(await scanOne(run, source, folder, before, gone))) {
        return { isComplete: false, folders, unseen, ambiguous: 0 };
      }
    } catch (error) {
      // A folder that cannot be read must not keep the others out; a session that ended does.
      if (!(error instanceof SourceError) || error.retryable) throw error;
      unseen += 1;
      await run.log(`${folder.path.join('/')}: not compared: ${error.message}`);
    }
  }
  // A folder that could not be read may be one that is gone, under another name.
  const forgotten = unseen > 0 || ((await forgetAll(run, gone)) && (await forgetBegun(run)));
  run.progressed({ folders: folders.length, foldersDone: folders.length });
  const ambiguous = [...(await knownFolders(run)).values()].reduce((sum, folder) => sum + folder.ambiguous, 0);
  return { isComplete: forgotten, folders, unseen, ambiguous };
}

async function knownFolders(run: SyncRun): Promise<ReadonlyMap<string, SyncedFolder>> {
  const known = new Map<string, SyncedFolder>();
  for await (const item of queryAll(run.filing.ports, 'activity', foldersPartition(run))) {
    known.set(item.sk, typed<SyncedFolder>(item).data);
  }
  return known;
}

async function tellLeftOut(run: SyncRun, all: readonly SourceFolder[]): Promise<void> {
  const out = all
    .filter(({ isSelectable }) => isSelectable)
    .map((folder) => ({ folder, why: leftOut(folder, run.profile.folders) }));
  const told = out.filter(({ why }) => why !== undefined).slice(0, TOLD_FOLDERS);
  for (const { folder, why } of told) await run.log(`left out (${why}): ${folder.path.join('/')}`);
}

/** Answers false where the slice was over first. */
async function scanOne(
  run: SyncRun,
  source: MailSource,
  folder: SourceFolder,
  before: SyncedFolder | undefined,
  gone: readonly SyncedFolder[],
): Promise<boolean> {
  const now = run.filing.ports.clock.now();
  const isDue =
    before === undefined || now.getTime() - Date.parse(before.comparedAt) >= run.profile.compareEveryDays * DAY_MS;
  if (before && !isDue && folder.state && isUnchanged(before, folder.state)) return true;
  const open = await source.open(folder);
  if (before && !isDue && isUnchanged(before, open.state)) return true;
  const { path, specialUse } = folder;
  const live = { path, ...(specialUse === undefined ? {} : { specialUse }) };
  const scanned: ScannedFolder = { live, folder: path.join('/'), validity: open.state.validity };
  const isRenumbered = before !== undefined && before.validity !== open.state.validity;
  if (isRenumbered) {
    await run.log(`${scanned.folder}: the server gave its messages new identifiers; all are looked at again`);
  }
  const sameKeys = before && !isRenumbered ? before : undefined;
  if (!sameKeys) await begin(run, scanned);
  const seen = await scanChanges(run, open, scanned, { before: sameKeys, isDue, gone });
  if (!seen.isComplete) return false;
  if (isRenumbered && !(await forgetFolder(run, before))) return false;
  await keep(run, {
    ...live,
    folder: scanned.folder,
    validity: open.state.validity,
    ...(open.state.nextKey === undefined ? {} : { nextKey: open.state.nextKey }),
    messages: seen.untold > 0 ? NOT_TOLD : open.state.messages,
    ambiguous: seen.ambiguous,
    comparedAt: isDue || !sameKeys ? now.toISOString() : sameKeys.comparedAt,
  });
  if (!sameKeys) await end(run, scanned);
  return true;
}

/** What is new where nothing else has changed, else all of it. */
async function scanChanges(
  run: SyncRun,
  open: OpenFolder,
  scanned: ScannedFolder,
  {
    before,
    isDue,
    gone,
  }: { readonly before: SyncedFolder | undefined; readonly isDue: boolean; readonly gone: readonly SyncedFolder[] },
): Promise<Omit<FolderSeen, 'messages'>> {
  const former = before ? [] : gone.filter(({ validity }) => validity === scanned.validity);
  const formerPartitions = former.map((folder) => livePartition(run, folder));
  let untold = 0;
  if (before?.nextKey !== undefined && before.messages !== NOT_TOLD && !isDue) {
    const from = before.nextKey;
    const news = await scanFolder(run, open, { ...scanned, from, isFullComparison: false, formerPartitions });
    // As many as there were, and those that came: none has gone.
    const isAll = before.messages + news.messages === open.state.messages;
    if (!news.isComplete || isAll) return { ...news, ambiguous: before.ambiguous + news.ambiguous };
    untold = news.untold;
  }
  const isFullComparison = isDue && before !== undefined;
  const all = await scanFolder(run, open, { ...scanned, from: '', isFullComparison, formerPartitions });
  return { ...all, untold: Math.max(all.untold, untold) };
}

/** Nothing came, as no key was given, and nothing went, as there are as many: dates and flags play no part. */
function isUnchanged(before: SyncedFolder, { validity, nextKey, messages }: FolderState): boolean {
  return (
    validity !== '' &&
    nextKey !== undefined &&
    before.validity === validity &&
    before.nextKey === nextKey &&
    before.messages === messages
  );
}

async function keep(run: SyncRun, folder: SyncedFolder): Promise<void> {
  const key = { pk: foldersPartition(run), sk: nameHash(folder.folder) };
  await run.filing.ports.tables.put('activity', { ...key, version: 1, data: dataOf(folder) });
}

async function forgetAll(run: SyncRun, gone: readonly SyncedFolder[]): Promise<boolean> {
  for (const folder of gone) {
    if (!(await forgetFolder(run, folder))) return false;
    const key = { pk: foldersPartition(run), sk: nameHash(folder.folder) };
    await run.filing.ports.tables.deleteIfVersion('activity', key, 1);
  }
  return true;
}

type Begun = Pick<LiveMessagePlace, 'folder' | 'validity'>;

function begunKey(run: SyncRun, { folder, validity }: Begun) {
  return { pk: begunPartition(run), sk: `${nameHash(folder)}#${validity}` };
}

/** To be called before anything of a folder is remembered that is not among the known ones with these keys. */
async function begin(run: SyncRun, { folder, validity }: Begun): Promise<void> {
  const item = { ...begunKey(run, { folder, validity }), version: 1, data: { folder, validity } };
  await run.filing.ports.tables.putIfAbsent('activity', item);
}

async function end(run: SyncRun, begun: Begun): Promise<void> {
  await run.filing.ports.tables.deleteIfVersion('activity', begunKey(run, begun), 1);
}

/** Forgets what runs that died had seen of folders that have another name or other keys since. */
async function forgetBegun(run: SyncRun): Promise<boolean> {
  const known = await knownFolders(run);
  for await (const item of queryAll(run.filing.ports, 'activity', begunPartition(run))) {
    const begun = typed<Begun>(item).data;
    const isKept = known.get(nameHash(begun.folder))?.validity === begun.validity;
    if (!isKept && !(await forgetFolder(run, begun))) return false;
    await end(run, begun);
  }
  return true;
}
