import { createHash } from 'node:crypto';
import { isLeftOutByDefault, leftOut } from '../../domain/folder-selection.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { MailCredentials } from '../../domain/mail-server.ts';
import type { DeletionRule } from '../../domain/profile.ts';
import { SourceError } from '../../errors.ts';
import type { MailSource, MessageFacts, OpenFolder, SourceFolder } from '../../sources/source.ts';
import { placePartition } from '../filing/fetched-place.ts';
import { batchesOf, isLarge } from './batches.ts';
import type { FetchRun } from './fetch-run.ts';
import { entryFor, knownMessages } from './known-messages.ts';
import { readBack } from './read-back.ts';

/** What a deletion rule came to. */
export interface DeletedAtSource {
  /** False where the slice was over first. */
  readonly isComplete: boolean;
  readonly deleted: number;
  /** What the source did not confirm; it is looked at again at the next run. */
  readonly unknown: number;
  /** What the rule names and stays, because the archive does not give back its very bytes. */
  readonly kept: number;
}

interface Candidate extends MessageFacts {
  readonly entry: LedgerEntry;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Deletes at the source what a profile's rule names: only what the ledger of this mailbox lists as archived, rendition
 * or duplicate, and whose bytes, fetched once more, are the ones that the archive gives back. Never in folders that
 * are left out by default, and never where the source cannot delete exactly what is named. A dry run only tells.
 */
export async function deleteFetched(
  run: FetchRun,
  credentials: MailCredentials,
  rule: DeletionRule,
  { signal }: { readonly signal: AbortSignal },
): Promise<DeletedAtSource> {
  const source = await run.openSource(run.profile.server, credentials);
  const abort = () => source.abort();
  signal.addEventListener('abort', abort, { once: true });
  const counts = { deleted: 0, unknown: 0, kept: 0 };
  let isComplete = true;
  try {
    for (const folder of await source.folders()) {
      if (leftOut(folder, run.profile.folders) !== undefined || isLeftOutByDefault(folder)) continue;
      isComplete = run.mayGoOn() && (await deleteInFolder(run, source, folder, rule, counts));
      if (!isComplete) break;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // A maildrop deletes when the session ends, and only if it ends well.
    if ((await source.close()) === 'deleted') {
      counts.deleted += counts.unknown;
      counts.unknown = 0;
    }
  }
  return { isComplete, ...counts };
}

async function deleteInFolder(
  run: FetchRun,
  source: MailSource,
  folder: SourceFolder,
  rule: DeletionRule,
  counts: { deleted: number; unknown: number; kept: number },
): Promise<boolean> {
  const name = folder.path.join('/');
  try {
    const open = await source.open(folder, { forDeletion: rule.dryRun !== true });
    if (!open.canDelete && !rule.dryRun) {
      await run.log(`${name}: nothing is deleted: it is read-only, or the server lacks UIDPLUS`);
      return true;
    }
    let from: string | undefined = '';
    while (from !== undefined) {
      const page = await open.list(from, { envelopes: true });
      for (const batch of batchesOf(await candidatesIn(run, name, open, page.messages, rule))) {
        if (!run.mayGoOn()) return false;
        await deleteBatch(run, name, open, batch, rule, counts);
      }
      from = page.next;
    }
  } catch (error) {
    if (!(error instanceof SourceError) || error.retryable) throw error;
    await run.log(`${name}: nothing more is deleted: ${error.message}`);
  }
  return true;
}

async function candidatesIn(
  run: FetchRun,
  folder: string,
  { state }: OpenFolder,
  messages: readonly MessageFacts[],
  rule: DeletionRule,
): Promise<readonly Candidate[]> {
  const [first, last] = [messages[0]?.key, messages.at(-1)?.key];
  if (first === undefined || last === undefined) return [];
  const { profile, account, filing } = run;
  const place = { profileId: profile.profileId, account, folder, validity: state.validity };
  const known = await knownMessages(filing.ports, placePartition(place), { first, last });
  const before = new Date(filing.ports.clock.now().getTime() - rule.afterDays * DAY_MS).toISOString();
  return messages.flatMap((facts) => {
    const entry = entryFor(known.get(facts.key), facts);
    const isArchived = entry && ['archived', 'rendition', 'duplicate'].includes(entry.outcome);
    const isDue = entry?.filedAt !== undefined && entry.filedAt <= before;
    const isLargeEnough = rule.largerThanBytes === undefined || facts.sizeBytes > rule.largerThanBytes;
    return isArchived && isDue && isLargeEnough ? [{ ...facts, entry }] : [];
  });
}

async function deleteBatch(
  run: FetchRun,
  folder: string,
  open: OpenFolder,
  batch: readonly Candidate[],
  rule: DeletionRule,
  counts: { deleted: number; unknown: number; kept: number },
): Promise<void> {
  const proven = await provenIn(run, open, batch);
  counts.kept += batch.length - proven.length;
  if (proven.length < batch.length) {
    await run.log(`${folder}: ${batch.length - proven.length} stay: the archive does not give back their very bytes`);
  }
  if (proven.length === 0) return;
  if (rule.dryRun) {
    for (const { key, sizeBytes } of proven)
      await run.log(`would delete: ${folder}, message ${key}, ${sizeBytes} bytes`);
    return;
  }
  const outcome = await open.delete(proven.map(({ key }) => key));
  counts[outcome] += proven.length;
  await run.log(`${folder}: ${outcome === 'deleted' ? 'deleted' : 'to be deleted'}: ${proven.length}`);
}

/** Those of whom source and archive have the same bytes, both read now. */
async function provenIn(run: FetchRun, open: OpenFolder, batch: readonly Candidate[]): Promise<readonly Candidate[]> {
  const hashes = await hashesAtSource(open, batch);
  const proven: Candidate[] = [];
  for (const candidate of batch) {
    const archived = await readBack(run.filing.ports, candidate.entry);
    if (archived && hashes.get(candidate.key) === sha256(archived)) proven.push(candidate);
  }
  return proven;
}

async function hashesAtSource(open: OpenFolder, batch: readonly Candidate[]): Promise<ReadonlyMap<string, string>> {
  const [only] = batch;
  if (!only || batch.length > 1 || !isLarge(only)) {
    const messages = await open.fetch(batch.map(({ key }) => key));
    return new Map(messages.map(({ key, raw }) => [key, sha256(raw)]));
  }
  const hash = createHash('sha256');
  for await (const piece of open.stream(only)) hash.update(piece);
  return new Map([[only.key, hash.digest('hex')]]);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
