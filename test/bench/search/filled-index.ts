import { existsSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openFileObjectStore } from '../../../shared/adapters/file/file-object-store.ts';
import { cryptoEntropy } from '../../../shared/adapters/system/crypto-entropy.ts';
import { systemClock } from '../../../shared/adapters/system/system-clock.ts';
import type { IndexDocument } from '../../../shared/search/index-document.ts';
import type { ManifestSegment } from '../../../shared/search/manifest.ts';
import { SegmentBuilder } from '../../../shared/search/segments/segment-builder.ts';
import { indexFileKey, manifestKey, textFileKey } from '../../../shared/usecases/search/index/index-keys.ts';
import { commitManifest, emptyManifest } from '../../../shared/usecases/search/index/manifest-store.ts';
import { newSegmentId, storeSegment } from '../../../shared/usecases/search/index/segment-files.ts';
import { documentsOf, replica, WHOLE } from './documents.ts';
import { type QueryKind, queriesFor } from './queries.ts';

/** An index on disk, as `createSearchThreads` reads it. */
export interface FilledIndex {
  readonly dataDir: string;
  readonly mailboxIds: readonly string[];
  readonly messages: number;
  readonly indexBytes: number;
  readonly keptTextBytes: number;
  readonly segments: number;
  /** Queries whose words stand in the mail. */
  readonly kinds: readonly QueryKind[];
}

/** A mailbox of 200,000 messages has about so many segments. */
const SEGMENTS = 25;
/** Mailboxes of which only the files are copied have the same mail. */
const DISTINCT_MAILBOXES = 20;

/** Messages that queries are taken from. */
const SAMPLE = 3_000;

/** One mailbox of so many messages; made once for a directory. */
export async function oneMailbox(path: string, directory: string, messages: number): Promise<FilledIndex> {
  return await made(join(directory, `mailbox-${messages}`), async (dataDir) => {
    const documents = await documentsOf(path, Number.POSITIVE_INFINITY);
    const ports = await derivedIn(dataDir);
    const size = Math.ceil(messages / SEGMENTS);
    const segments: ManifestSegment[] = [];
    for (let start = 0; start < messages; start += size) {
      const end = Math.min(messages, start + size);
      segments.push(await segmentOf(ports, 'mb-large', replicas(documents, start, end, messages)));
    }
    await commitManifest(ports, { manifest: emptyManifest(WHOLE('mb-large')) }, { segments, doneMarks: [] });
    return { ...facts(dataDir, ['mb-large'], segments), kinds: queriesFor(documents.slice(0, SAMPLE)) };
  });
}

/** So many mailboxes of so many messages each; files of equal ones are links to the same bytes. */
export async function manyMailboxes(
  path: string,
  directory: string,
  { mailboxes, each }: { readonly mailboxes: number; readonly each: number },
): Promise<FilledIndex> {
  return await made(join(directory, `mailboxes-${mailboxes}-${each}`), async (dataDir) => {
    const documents = await documentsOf(path, Number.POSITIVE_INFINITY);
    const ports = await derivedIn(dataDir);
    const distinct: ManifestSegment[] = [];
    const all: ManifestSegment[] = [];
    const mailboxIds = Array.from({ length: mailboxes }, (_, n) => `mb-${n}`);
    const root = join(dataDir, 'objects', 'derived');
    for (const [n, mailboxId] of mailboxIds.entries()) {
      const of = n % DISTINCT_MAILBOXES;
      const known = distinct[of];
      const segment =
        known ?? (await segmentOf(ports, mailboxId, replicas(documents, n * each, (n + 1) * each, mailboxes * each)));
      distinct[of] = segment;
      all.push(segment);
      if (known) {
        for (const keyOf of [indexFileKey, textFileKey]) {
          const to = join(root, keyOf(WHOLE(mailboxId), segment.segmentId));
          mkdirSync(dirname(to), { recursive: true });
          linkSync(join(root, keyOf(WHOLE(`mb-${of}`), segment.segmentId)), to);
        }
      }
      // Without the syncs of a put: a thousand of them say nothing of searching.
      const manifest = { ...emptyManifest(WHOLE(mailboxId)), generation: 1, segments: [segment] };
      const file = join(root, manifestKey(WHOLE(mailboxId)));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify(manifest));
    }
    return { ...facts(dataDir, mailboxIds, all), kinds: queriesFor(documents.slice(0, SAMPLE)) };
  });
}

export async function derivedIn(dataDir: string) {
  const derived = await openFileObjectStore({ root: join(dataDir, 'objects', 'derived') });
  return { derived, clock: systemClock, entropy: cryptoEntropy };
}

async function made(dataDir: string, fill: (dataDir: string) => Promise<FilledIndex>): Promise<FilledIndex> {
  const done = join(dataDir, 'filled.json');
  if (existsSync(done)) return JSON.parse(readFileSync(done, 'utf8'));
  const filled = await fill(dataDir);
  writeFileSync(done, JSON.stringify(filled));
  return filled;
}

function* replicas(documents: readonly IndexDocument[], start: number, end: number, of: number) {
  for (let n = start; n < end; n += 1) yield replica(documents, n, of);
}

async function segmentOf(
  ports: Awaited<ReturnType<typeof derivedIn>>,
  mailboxId: string,
  documents: Iterable<IndexDocument>,
): Promise<ManifestSegment> {
  const builder = new SegmentBuilder();
  for (const document of documents) builder.add(document);
  return await storeSegment(ports, WHOLE(mailboxId), newSegmentId(ports), builder.finish());
}

function facts(
  dataDir: string,
  mailboxIds: readonly string[],
  segments: readonly ManifestSegment[],
): Omit<FilledIndex, 'kinds'> {
  const sum = (of: (segment: ManifestSegment) => number) => segments.reduce((total, one) => total + of(one), 0);
  return {
    dataDir,
    mailboxIds,
    messages: sum(({ documents }) => documents),
    indexBytes: sum(({ indexBytes }) => indexBytes),
    keptTextBytes: sum(({ textBytes }) => textBytes),
    segments: segments.length,
  };
}
