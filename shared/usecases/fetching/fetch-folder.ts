import type { FetchedFrom } from '../../domain/fetched-from.ts';
import { filteredBy } from '../../domain/message-filter.ts';
import { SourceError } from '../../errors.ts';
import type { FetchedMessage, MessageFacts, OpenFolder } from '../../sources/source.ts';
import { fetchedKeyOf, placePartition } from '../filing/fetched-place.ts';
import { acceptFetched, fetchedFacts } from './accept-fetched.ts';
import { batchesOf, isLarge } from './batches.ts';
import { excludeFetched } from './exclude-fetched.ts';
import type { FetchRun, FolderTarget } from './fetch-run.ts';
import { fileFetched, type TakenIn } from './file-fetched.ts';
import type { FolderProgress } from './folder-progress.ts';
import type { InOrder } from './in-order.ts';
import { fromArchive, rememberIdentities } from './known-identities.ts';
import { EXCLUDED, entryFor, instanceOf, type Known, knownMessages } from './known-messages.ts';
import type { Pass } from './plan-pass.ts';
import { receivedAtOf } from './received-at.ts';

/** A message that is to be fetched, and where it comes from. */
interface Wanted {
  readonly facts: MessageFacts;
  readonly sizeBytes: number;
  readonly from: FetchedFrom;
}

/**
 * Goes through the messages of an open folder once: what the ledger lists is passed over, what the filter leaves out
 * recorded, the rest fetched and filed, several batches at a time in `pipeline`, to which it adds its end, too. Answers
 * false where the slice is over first; the progress tells where it goes on.
 */
export async function fetchFolder(
  run: FetchRun,
  { folder, place }: { readonly folder: OpenFolder; readonly place: FolderTarget },
  pass: Pass,
  progress: FolderProgress,
  pipeline: InOrder,
): Promise<boolean> {
  const { validity } = folder.state;
  const position = { profileId: run.profile.profileId, account: run.account, folder: place.folder, validity };
  let from: string | undefined = pass.from;
  while (from !== undefined) {
    const page = await folder.list(from, { envelopes: pass.compares });
    const first = page.messages[0]?.key;
    const last = page.messages.at(-1)?.key;
    if (first !== undefined && last !== undefined) {
      const known = await knownMessages(run.filing.ports, placePartition(position), { first, last });
      const wanted = await sift(run, { ...position, place }, page.messages, known, progress);
      const begin = wanted[0]?.facts.key;
      if (begin !== undefined)
        await pipeline.add(
          async () => undefined,
          () => progress.reached(begin),
        );
      for (const batch of batchesOf(wanted)) {
        if (!run.mayGoOn()) return false;
        const taken = await takeIn(run, folder, batch, progress, pipeline);
        const until = folder.keyAfter(batch.at(-1)?.facts.key ?? first);
        await pipeline.add(
          async () => {
            const entries = await fileFetched(run, taken);
            await rememberIdentities(run, taken, entries);
            return entries;
          },
          async (entries) => {
            progress.filed(entries);
            await progress.reached(until);
          },
        );
      }
    }
    const next = page.next;
    from = next;
    if (next !== undefined) {
      if (!run.mayGoOn()) return false;
      await pipeline.add(
        async () => undefined,
        () => progress.reached(next),
      );
    }
  }
  await pipeline.add(
    async () => undefined,
    () => progress.finished(),
  );
  return true;
}

/** What has to be fetched of a page. */
async function sift(
  run: FetchRun,
  position: Pick<FetchedFrom, 'profileId' | 'account' | 'folder' | 'validity'> & { readonly place: FolderTarget },
  messages: readonly MessageFacts[],
  known: ReadonlyMap<string, Known>,
  progress: FolderProgress,
): Promise<readonly Wanted[]> {
  const { place, ...where } = position;
  const now = run.filing.ports.clock.now();
  const wanted: Wanted[] = [];
  const excluded: { readonly from: FetchedFrom; readonly reason: string }[] = [];
  for (const facts of messages) {
    const before = known.get(facts.key);
    const entry = entryFor(before, facts);
    if (entry) {
      progress.known(facts.key, entry);
      continue;
    }
    const { key, flags, internalDate, sizeBytes } = facts;
    const from: FetchedFrom = {
      ...where,
      jobId: run.jobId,
      key,
      // The key was another message's before.
      ...(before && before.final.length > 0 ? { instance: instanceOf(facts) } : {}),
      flags,
      ...(internalDate === undefined ? {} : { internalDate }),
      sizeBytes,
      target: place.target,
      ...(place.journalReports ? { journalReports: true } : {}),
    };
    const reason = filteredBy(facts, run.profile.filter, now);
    if (reason === undefined) wanted.push({ facts, sizeBytes, from });
    else if (before?.excluded) progress.known(facts.key, before.excluded);
    else excluded.push({ from: { ...from, instance: EXCLUDED }, reason });
  }
  for (const entry of await excludeFetched(run.filing.ports, excluded)) {
    progress.known(entry.source.fetched?.key ?? '', entry);
  }
  return wanted;
}

/**
 * Fetches a batch and makes it durable. What the source does not give counts as failed. What came of a session that
 * ended half way is filed all the same; the next one finds it in the ledger.
 */
async function takeIn(
  run: FetchRun,
  folder: OpenFolder,
  batch: readonly Wanted[],
  progress: FolderProgress,
  pipeline: InOrder,
): Promise<readonly TakenIn[]> {
  const [only] = batch;
  if (batch.length === 1 && only && isLarge(only)) return await takeInLarge(run, folder, only, progress);
  const come = await fromArchive(
    run,
    batch.map(({ facts }) => facts),
  );
  const there = new Set(come.map(({ key }) => key));
  const missing = batch.filter(({ facts }) => !there.has(facts.key));
  try {
    const copies = [...come];
    const fetched = await fetchBatch(run, folder, missing, progress, (message) => come.push(message));
    return await acceptAll(run, batch, [...copies, ...fetched]);
  } catch (error) {
    if (error instanceof SourceError && error.retryable && come.length > 0) {
      const taken = await acceptAll(run, batch, come);
      await pipeline.add(
        () => fileFetched(run, taken),
        async () => undefined,
      );
    }
    throw error;
  }
}

async function acceptAll(
  run: FetchRun,
  batch: readonly Wanted[],
  messages: readonly FetchedMessage[],
): Promise<readonly TakenIn[]> {
  const byKey = new Map(batch.map((one) => [one.facts.key, one]));
  const now = run.filing.ports.clock.now();
  return await Promise.all(
    messages.map(async (message) => {
      const found = byKey.get(message.key);
      if (!found) throw new SourceError('source_failed', 'the source gave a message that was not asked for');
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

async function takeInLarge(
  run: FetchRun,
  folder: OpenFolder,
  { facts, from }: Wanted,
  progress: FolderProgress,
): Promise<readonly TakenIn[]> {
  const receivedAt = receivedAtOf(facts, new Uint8Array(), run.filing.ports.clock.now());
  try {
    const taken = await acceptFetched(run.filing.ports, fetchedFacts(from, receivedAt), folder.stream(facts));
    return [{ ...taken, ledgerKey: fetchedKeyOf(from) }];
  } catch (error) {
    if (!(error instanceof SourceError) || error.retryable) throw error;
    progress.known(facts.key, undefined);
    await run.log(`${progress.folder}: message ${facts.key} cannot be fetched: ${error.message}`);
    return [];
  }
}
