import { archiveFolder } from '../../domain/archive-folder.ts';
import { leftOut } from '../../domain/folder-selection.ts';
import type { MailCredentials } from '../../domain/mail-server.ts';
import { SourceError } from '../../errors.ts';
import type { MailSource, SourceFolder } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { warningsOf } from '../profiles/test-profile.ts';
import { fetchFolder } from './fetch-folder.ts';
import type { FetchRun, FolderTarget } from './fetch-run.ts';
import { readCheckpoint } from './folder-checkpoint.ts';
import { FolderProgress } from './folder-progress.ts';
import { InOrder } from './in-order.ts';
import { MailboxProgress } from './mailbox-progress.ts';
import { planPass } from './plan-pass.ts';

/** How much is being filed while more is fetched, in full batches: folders with little mail have many small ones. */
const BATCHES_AT_ONCE = 3;

/** How a walk through a mailbox ended. */
export interface MailboxFetched {
  /** False where the slice was over before the mailbox was. */
  readonly isComplete: boolean;
  /** Folders that were there to be fetched. */
  readonly folders: number;
  /** Folders that could not be opened or gone through: what is in them was not seen. */
  readonly unseen: number;
}

/**
 * Fetches what a mailbox has and the archive has not, and changes nothing at the source. Every message that is gone
 * through has an outcome in the ledger when its folder's checkpoint says so. Throws `SourceError` where the session
 * cannot be had or ends; what was fetched by then is filed. Safe to repeat, and to be ended at any point.
 */
export async function fetchMailbox(
  run: FetchRun,
  credentials: MailCredentials,
  { signal }: { readonly signal: AbortSignal },
): Promise<MailboxFetched> {
  const source = await run.openSource(run.profile.server, credentials);
  const abort = () => source.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) abort();
    return await fetchFolders(run, source);
  } finally {
    signal.removeEventListener('abort', abort);
    await source.close();
  }
}

async function fetchFolders(run: FetchRun, source: MailSource): Promise<MailboxFetched> {
  const all = await source.folders();
  if (run.isFirst) await tellOnce(run, source, all);
  const folders = all.filter((folder) => leftOut(folder, run.profile.folders) === undefined);
  const pipeline = new InOrder(BATCHES_AT_ONCE);
  let unseen = 0;
  let isComplete = true;
  const mailbox = new MailboxProgress(run, folders);
  for (const folder of folders) {
    isComplete = run.mayGoOn();
    if (!isComplete) break;
    try {
      isComplete = await fetchOne(run, source, folder, { pipeline, mailbox });
      if (!isComplete) break;
    } catch (error) {
      // A folder that cannot be read must not keep the others out; a session that ended does.
      if (!(error instanceof SourceError) || error.retryable) throw await ended(pipeline, error);
      unseen += 1;
      await run.log(`${folder.path.join('/')}: not fetched: ${error.message}`);
    }
    mailbox.folderDone();
  }
  await pipeline.end();
  return { isComplete, folders: folders.length, unseen };
}

/** How many of the folders that are left out are named. */
const TOLD_FOLDERS = 200;

async function tellOnce(run: FetchRun, source: MailSource, all: readonly SourceFolder[]): Promise<void> {
  const { server, folders: selection } = run.profile;
  for (const warning of warningsOf(server, source.facts, all, selection)) await run.log(`warning: ${warning}`);
  const out = all
    .filter(({ isSelectable }) => isSelectable)
    .map((folder) => ({ folder, why: leftOut(folder, selection) }));
  const told = out.filter(({ why }) => why !== undefined).slice(0, TOLD_FOLDERS);
  for (const { folder, why } of told) await run.log(`left out (${why}): ${folder.path.join('/')}`);
}

/** Lets what was fetched be filed before the failure is told. */
async function ended(pipeline: InOrder, failure: unknown): Promise<unknown> {
  await pipeline.end();
  return failure;
}

async function fetchOne(
  run: FetchRun,
  source: MailSource,
  folder: SourceFolder,
  { pipeline, mailbox }: { readonly pipeline: InOrder; readonly mailbox: MailboxProgress },
): Promise<boolean> {
  const { profile, jobId, filing } = run;
  const place = placeOf(run, folder);
  const checkpoint = await readCheckpoint(filing.ports, run, place.folder);
  const { filter, compareEveryDays } = profile;
  const filterHash = nameHash(JSON.stringify(filter));
  const rules = { filter, filterHash, compareEveryDays, jobId, now: filing.ports.clock.now() };
  if (folder.state && !planPass(checkpoint, folder.state, rules)) return true;
  const open = await source.open(folder);
  const pass = planPass(checkpoint, open.state, rules);
  if (!pass) return true;
  if (checkpoint && checkpoint.validity !== open.state.validity) {
    await run.log(`${place.folder}: the server gave its messages new identifiers; all are looked at again`);
  }
  const at = { folder: place.folder, state: open.state, filterHash };
  const progress = new FolderProgress(run, at, pass, checkpoint, mailbox);
  let isComplete = false;
  try {
    isComplete = await fetchFolder(run, { folder: open, place }, pass, progress, pipeline);
  } finally {
    // The checkpoint must not be ahead of what is still being filed.
    if (!isComplete) {
      await pipeline.end();
      await progress.interrupted();
    }
  }
  return isComplete;
}

function placeOf({ profile }: FetchRun, { path, specialUse }: SourceFolder): FolderTarget {
  const folder = path.join('/');
  const { target, sentFolder } = profile;
  if ('multidrop' in target) {
    const { journalReports, ...multidrop } = target.multidrop;
    return { folder, target: multidrop, journalReports };
  }
  // Who runs the mailboxes of several has put each one's own in its place.
  if ('ownMailbox' in target) throw new TypeError('a target that is no mailbox');
  const named = { path, ...(specialUse === undefined ? {} : { specialUse }) };
  const options = {
    ...(target.folder === undefined ? {} : { prefix: target.folder }),
    ...(sentFolder === undefined ? {} : { sentFolder }),
    hash: nameHash,
  };
  const { mailboxId } = target;
  return { folder, target: { mailboxId, folder: archiveFolder(named, options) }, journalReports: false };
}
