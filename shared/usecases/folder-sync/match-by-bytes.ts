import { SourceError, UnreadableError } from '../../errors.ts';
import type { FetchedMessage, MessageFacts, OpenFolder } from '../../sources/source.ts';
import { batchesOf } from '../fetching/batches.ts';
import { type Candidate, candidateByFingerprint } from './find-candidates.ts';
import { type LateFiling, lateEvidence } from './late-evidence.ts';
import type { SyncRun } from './sync-run.ts';

/** What the bytes of a live message tell. */
export type BytesMatch =
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'read';
      readonly fingerprint: string;
      /** The message of the archive with that content. */
      readonly candidate?: Candidate;
      /** Where it was not filed in this mailbox: why it is now. */
      readonly late?: LateFiling | 'same-bytes';
    };

/** Fetches messages, in batches, and hands over what message of the archive each is. Those that are gone are left out. */
export async function matchByBytes(
  run: SyncRun,
  open: OpenFolder,
  messages: readonly MessageFacts[],
  take: (facts: MessageFacts, match: BytesMatch) => Promise<void>,
): Promise<void> {
  for (const batch of batchesOf(messages)) {
    const sizeBytes = batch.reduce((sum, facts) => sum + facts.sizeBytes, 0);
    await run.budget.run(sizeBytes, async () => {
      for (const message of await fetched(run, open, batch)) {
        run.details.bytesFetched += message.raw.length;
        await take(message, await matchOf(run, message));
      }
    });
  }
}

/** One message that the source does not give must not keep the others out: it is left for the next run. */
async function fetched(
  run: SyncRun,
  open: OpenFolder,
  batch: readonly MessageFacts[],
): Promise<readonly FetchedMessage[]> {
  const keys = batch.map(({ key }) => key);
  try {
    return await open.fetch(keys);
  } catch (error) {
    if (!(error instanceof SourceError) || error.retryable) throw error;
    const found: FetchedMessage[] = [];
    for (const key of keys) {
      try {
        found.push(...(await open.fetch([key])));
      } catch (cause) {
        if (!(cause instanceof SourceError) || cause.retryable) throw cause;
        run.details.failed += 1;
        await run.log(`message ${key} cannot be fetched: ${cause.message}`);
      }
    }
    return found;
  }
}

async function matchOf(run: SyncRun, { raw }: FetchedMessage): Promise<BytesMatch> {
  const { filing, mailboxId } = run;
  const fingerprint = await fingerprintOf(run, raw);
  if (fingerprint === undefined) return { state: 'unreadable' };
  const candidate = await candidateByFingerprint(filing.ports, fingerprint, mailboxId);
  if (!candidate) return { state: 'read', fingerprint };
  if (candidate.isFiledHere || candidate.isPurged) return { state: 'read', fingerprint, candidate };
  const late = (await lateEvidence(filing, candidate.archiveId, mailboxId)) ?? 'same-bytes';
  return { state: 'read', fingerprint, candidate, late };
}

async function fingerprintOf({ filing }: SyncRun, raw: Uint8Array): Promise<string | undefined> {
  const { journalDomain, singleInstanceBytes, ports } = filing;
  try {
    const reading = await ports.reader.readArrival(raw, { journalDomain, singleInstanceBytes, keepCarriers: true });
    return reading?.original.fingerprint;
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}
