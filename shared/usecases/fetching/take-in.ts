import type { FetchedFrom } from '../../domain/fetched-from.ts';
import { SourceError } from '../../errors.ts';
import type { FetchedMessage, MessageFacts, OpenFolder } from '../../sources/source.ts';
import { fetchedKeyOf } from '../filing/fetched-place.ts';
import { acceptFetched, fetchedFacts } from './accept-fetched.ts';
import { inPieces, isLarge, shareOfBatch } from './batches.ts';
import type { FetchRun } from './fetch-run.ts';
import { fileFetched, type TakenIn } from './file-fetched.ts';
import type { FolderProgress } from './folder-progress.ts';
import type { InOrder } from './in-order.ts';
import { fromArchive } from './known-identities.ts';
import { receivedAtOf } from './received-at.ts';

/** A message that is to be fetched, and where it comes from. */
export interface Wanted {
  readonly facts: MessageFacts;
  readonly sizeBytes: number;
  readonly from: FetchedFrom;
}

/** Messages that are being made durable while others are fetched. */
export interface TakingIn {
  readonly taking: Promise<readonly TakenIn[]>;
}

/**
 * Fetches a batch and begins to make it durable. What the source does not give counts as failed. What came of a
 * session that ended half way is filed all the same; the next one finds it in the ledger.
 */
export async function takeIn(
  run: FetchRun,
  folder: OpenFolder,
  batch: readonly Wanted[],
  progress: FolderProgress,
  pipeline: InOrder,
): Promise<TakingIn> {
  const [only] = batch;
  if (batch.length === 1 && only && isLarge(only)) {
    return { taking: Promise.resolve(await takeInLarge(run, folder, only, progress)) };
  }
  const come = await fromArchive(
    run,
    batch.map(({ facts }) => facts),
  );
  const there = new Set(come.map(({ key }) => key));
  const missing = batch.filter(({ facts }) => !there.has(facts.key));
  try {
    const copies = [...come];
    const fetched = await fetchBatch(run, folder, missing, progress, (message) => come.push(message));
    return takingIn(run, batch, [...copies, ...fetched]);
  } catch (error) {
    if (error instanceof SourceError && error.retryable && come.length > 0) {
      const { taking } = takingIn(run, batch, come);
      await pipeline.add(
        shareOfBatch(batch),
        async () => await fileFetched(run, await taking),
        async () => undefined,
      );
    }
    throw error;
  }
}

function takingIn(run: FetchRun, batch: readonly Wanted[], messages: readonly FetchedMessage[]): TakingIn {
  const byKey = new Map(batch.map((one) => [one.facts.key, one]));
  const pairs = messages.map((message) => {
    const found = byKey.get(message.key);
    if (!found) throw new SourceError('source_failed', 'the source gave a message that was not asked for');
    return { found, message };
  });
  const taking = acceptAll(run, pairs);
  // Its failure is thrown to whoever files it; until then it must not count as unhandled.
  taking.catch(() => undefined);
  return { taking };
}

async function acceptAll(
  run: FetchRun,
  messages: readonly { readonly found: Wanted; readonly message: FetchedMessage }[],
): Promise<readonly TakenIn[]> {
  const now = run.filing.ports.clock.now();
  return await Promise.all(
    messages.map(async ({ found, message }) => {
      const facts = fetchedFacts(found.from, receivedAtOf(message, message.raw, now));
      const { emailId } = found.facts;
      const ledgerKey = fetchedKeyOf(found.from);
      const accepted = await acceptFetched(run.filing.ports, facts, message.raw);
      return { ...accepted, ledgerKey, ...(emailId === undefined ? {} : { emailId }) };
    }),
  );
}

async function fetchBatch(
  run: FetchRun,
  folder: OpenFolder,
  batch: readonly Wanted[],
  progress: FolderProgress,
  take: (message: FetchedMessage) => void,
): Promise<readonly FetchedMessage[]> {
  const keys = batch.map(({ facts }) => facts.key);
  if (keys.length === 0) return [];
  try {
    return await folder.fetch(keys, take);
  } catch (error) {
    if (!(error instanceof SourceError) || error.retryable) throw error;
    // One message that the source does not give must not keep the others out.
    const found: FetchedMessage[] = [];
    for (const key of keys) {
      try {
        found.push(...(await folder.fetch([key], take)));
      } catch (cause) {
        if (!(cause instanceof SourceError) || cause.retryable) throw cause;
        progress.known(key, undefined);
        await run.log(`${progress.folder}: message ${key} cannot be fetched: ${cause.message}`);
      }
    }
    return found;
  }
}

/**
 * A large message goes into intake piece by piece as the source gives it. A copy comes from the archive, whole as its
 * filing will have it, and within the same bound.
 */
async function takeInLarge(
  run: FetchRun,
  folder: OpenFolder,
  { facts, from }: Wanted,
  progress: FolderProgress,
): Promise<readonly TakenIn[]> {
  const receivedAt = receivedAtOf(facts, new Uint8Array(), run.filing.ports.clock.now());
  const accept = async (pieces: AsyncIterable<Uint8Array>): Promise<readonly TakenIn[]> => {
    const taken = await acceptFetched(run.filing.ports, fetchedFacts(from, receivedAt), pieces);
    const { emailId } = facts;
    return [{ ...taken, ledgerKey: fetchedKeyOf(from), ...(emailId === undefined ? {} : { emailId }) }];
  };
  const copied = async () => {
    const [copy] = await fromArchive(run, [facts]);
    return copy && (await accept(inPieces(copy.raw)));
  };
  const copy = facts.emailId === undefined ? undefined : await run.budget.run(facts.sizeBytes, copied);
  if (copy) return copy;
  try {
    return await accept(folder.stream(facts));
  } catch (error) {
    if (!(error instanceof SourceError) || error.retryable) throw error;
    progress.known(facts.key, undefined);
    await run.log(`${progress.folder}: message ${facts.key} cannot be fetched: ${error.message}`);
    return [];
  }
}
