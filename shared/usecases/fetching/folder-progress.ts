import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { FolderState } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { type FetchRun, type FolderCounts, NO_FOLDER_COUNTS } from './fetch-run.ts';
import type { Pass } from './folder-checkpoint.ts';
import { type FolderCheckpoint, writeCheckpoint } from './folder-checkpoint.ts';
import type { MailboxProgress } from './mailbox-progress.ts';

/** How much time may lie between two checkpoints: what is lost with a process is looked up in the ledger again. */
const CHECKPOINT_MS = 2_000;

/** What a job has done in one folder, and how far it has come: counts are the sum of the job's entries in the ledger. */
export class FolderProgress {
  readonly folder: string;
  readonly #run: FetchRun;
  readonly #state: FolderState;
  readonly #pass: Pass;
  readonly #before: FolderCheckpoint | undefined;
  readonly #filterHash: string;
  readonly #mailbox: Pick<MailboxProgress, 'wentThrough'>;
  /** Messages whose outcome is known and whose turn has not come: counts are never ahead of the position. */
  #known: { readonly key: string; readonly entry: LedgerEntry | undefined }[] = [];
  #hasFailed: boolean;
  #counts: FolderCounts;
  #from: string;
  #writtenAt = 0;

  constructor(
    run: FetchRun,
    place: { readonly folder: string; readonly state: FolderState; readonly filterHash: string },
    pass: Pass,
    before: FolderCheckpoint | undefined,
    mailbox: Pick<MailboxProgress, 'wentThrough'>,
  ) {
    this.folder = place.folder;
    this.#run = run;
    this.#state = place.state;
    this.#filterHash = place.filterHash;
    this.#pass = pass;
    this.#before = before?.validity === place.state.validity ? before : undefined;
    this.#counts = before?.jobId === run.jobId ? before.counts : NO_FOLDER_COUNTS;
    this.#from = pass.from;
    this.#hasFailed = pass.hasFailed;
    this.#mailbox = mailbox;
    if (before?.pass) mailbox.wentThrough(this.#counts.seen + this.#counts.failed);
  }

  /** The outcome of a message that is not filed now, or that it has none: it counts once its turn has come. */
  known(key: string, entry: LedgerEntry | undefined): void {
    this.#known.push({ key, entry });
  }

  /** What was filed; `undefined` stands for what could not be, yet. */
  filed(entries: readonly (LedgerEntry | undefined)[]): void {
    for (const entry of entries) this.#count(entry);
  }

  /** All below this key has its outcome. */
  async reached(key: string): Promise<void> {
    this.#settleBelow(key);
    this.#from = key;
    const now = this.#run.filing.ports.clock.now().getTime();
    if (now - this.#writtenAt < CHECKPOINT_MS) return;
    this.#writtenAt = now;
    await this.interrupted();
  }

  /** The pass has come to its end. */
  async finished(): Promise<void> {
    this.#settleBelow(undefined);
    const { nextKey, modSeq } = this.#state;
    const isAll = this.#pass.kind === 'all';
    const comparedAt = isAll ? this.#pass.beganAt : this.#before?.comparedAt;
    await this.#write({
      ...(nextKey === undefined ? { doneTo: this.#from } : { doneTo: nextKey }),
      ...(comparedAt === undefined ? {} : { comparedAt }),
      ...(modSeq === undefined ? {} : { modSeq }),
      hasFailed: this.#hasFailed,
      isDone: true,
    });
  }

  /** Keeps where the next slice goes on. */
  async interrupted(): Promise<void> {
    await this.#write({ pass: { ...this.#pass, from: this.#from, hasFailed: this.#hasFailed }, isDone: false });
  }

  #settleBelow(key: string | undefined): void {
    const later = key === undefined ? [] : this.#known.filter((known) => known.key >= key);
    for (const known of this.#known) if (key === undefined || known.key < key) this.#count(known.entry);
    this.#known = later;
  }

  /** An entry that another job made is that job's. */
  #count(entry: LedgerEntry | undefined): void {
    const counts = this.#counts;
    this.#mailbox.wentThrough(1);
    if (!entry) {
      this.#counts = { ...counts, failed: counts.failed + 1 };
      this.#hasFailed = true;
    } else if (entry.source.fetched?.jobId === this.#run.jobId) {
      const { outcome, sizeBytes, reason = 'unknown' } = entry;
      const isExcluded = outcome === 'excluded';
      const bytes = isExcluded ? counts.bytes : counts.bytes + sizeBytes;
      const { excludedBy = {} } = counts;
      const by = isExcluded ? { excludedBy: { ...excludedBy, [reason]: (excludedBy[reason] ?? 0) + 1 } } : {};
      this.#counts = { ...counts, seen: counts.seen + 1, [outcome]: counts[outcome] + 1, bytes, ...by };
    }
  }

  async #write(change: Partial<FolderCheckpoint> & Pick<FolderCheckpoint, 'isDone'>): Promise<void> {
    const { pass: _pass, ...before } = this.#before ?? { hasFailed: false };
    const checkpoint: FolderCheckpoint = {
      ...before,
      folder: this.folder,
      validity: this.#state.validity,
      filterHash: this.#filterHash,
      jobId: this.#run.jobId,
      counts: this.#counts,
      ...change,
    };
    await writeCheckpoint(this.#run.filing.ports, this.#run, checkpoint);
    await this.#run.counted(nameHash(this.folder), this.#counts);
  }
}
