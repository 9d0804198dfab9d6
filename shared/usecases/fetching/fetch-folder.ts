import type { FetchedFrom } from '../../domain/fetched-from.ts';
import { filteredBy } from '../../domain/message-filter.ts';
import type { FactsPage, MessageFacts, OpenFolder } from '../../sources/source.ts';
import { placePartition } from '../filing/fetched-place.ts';
import { batchesOf, shareOfBatch } from './batches.ts';
import { excludeFetched } from './exclude-fetched.ts';
import type { FetchRun, FolderTarget } from './fetch-run.ts';
import { fileFetched } from './file-fetched.ts';
import type { Pass } from './folder-checkpoint.ts';
import type { FolderProgress } from './folder-progress.ts';
import type { InOrder } from './in-order.ts';
import { rememberIdentities } from './known-identities.ts';
import { EXCLUDED, entryFor, instanceOf, type Known, knownMessages } from './known-messages.ts';
import { takeIn, type Wanted } from './take-in.ts';

/** Behind all keys. */
const END = '\u{10ffff}';

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
    const known = await knownMessages(run.filing.ports, placePartition(position), {
      first: from,
      last: page.next ?? END,
    });
    countGone(run, page, known, progress);
    if (first !== undefined) {
      const wanted = await sift(run, { ...position, place }, page.messages, known, progress);
      const begin = wanted[0]?.facts.key;
      if (begin !== undefined) await pipeline.follow(() => progress.reached(begin));
      for (const batch of batchesOf(wanted)) {
        if (!run.mayGoOn()) return false;
        const { taking } = await takeIn(run, folder, batch, progress, pipeline);
        const until = folder.keyAfter(batch.at(-1)?.facts.key ?? first);
        await pipeline.add(
          shareOfBatch(batch),
          async () => {
            const taken = await taking;
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
      await pipeline.follow(() => progress.reached(next));
    }
  }
  await pipeline.follow(() => progress.finished());
  return true;
}

/**
 * What an attempt of this job that died filed, and did not come to count, counts also where it was taken from the
 * source since.
 */
function countGone(
  { jobId }: FetchRun,
  { messages, next = END }: FactsPage,
  known: ReadonlyMap<string, Known>,
  progress: FolderProgress,
): void {
  const listed = new Set(messages.map(({ key }) => key));
  for (const [key, { final, excluded }] of known) {
    if (listed.has(key) || key >= next) continue;
    const entries = excluded ? [...final, excluded] : final;
    for (const entry of entries) if (entry.source.fetched?.jobId === jobId) progress.known(key, entry);
  }
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
