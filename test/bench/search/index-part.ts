import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openIndexing } from '../../../infra/local/indexing.ts';
import { LOCAL_STORES } from '../../../infra/local/store-settings.ts';
import { openStores } from '../../../infra/local/stores.ts';
import { startWorkers } from '../../../infra/local/workers.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { Ports } from '../../../shared/ports/ports.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { SINGLE_INSTANCE_BYTES } from '../../../shared/usecases/filing/store-attachments.ts';
import { createMailbox } from '../../../shared/usecases/mailboxes/create-mailbox.ts';
import { createIndexContext } from '../../../shared/usecases/search/index/index-context.ts';
import { indexUnit } from '../../../shared/usecases/search/index/index-unit-run.ts';
import { readManifest } from '../../../shared/usecases/search/index/manifest-store.ts';
import { markItems, pendingMarks } from '../../../shared/usecases/search/index/marks.ts';
import { changeSearchSettings } from '../../../shared/usecases/settings/search-settings.ts';
import { quietLogs } from '../bench-organisation.ts';
import { fill } from '../fill.ts';
import { mailFiles } from '../mail-files.ts';
import { documentsOf, textBytes, WHOLE } from './documents.ts';
import { peakRssMegabytes, rounded } from './measure.ts';
import { boundStore } from './slow-store.ts';

/** Messages of a batch where it is measured how often an index is written again. */
const SMALL_BATCH = 10;

export interface IndexFigures {
  readonly messages: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  /** How long everything else in the process waited at most. */
  readonly longestDelayMs: number;
  readonly textBytes: number;
  readonly indexBytes: number;
  readonly keptTextBytes: number;
  readonly indexOverText: number;
  /** Bytes of index files written over those there are in the end. */
  readonly writtenOverIndex?: number;
  readonly peakRssMegabytes: number;
}

/** Mail filed in a fresh archive, all for one mailbox, then indexed: how fast, how large, how often written. */
export async function indexPart(
  path: string,
  directory: string,
  { amplification = true }: { readonly amplification?: boolean } = {},
): Promise<IndexFigures> {
  const dataDir = await mkdtemp(join(directory, 'index-'));
  const { ports, queue, close } = await openStores(dataDir, quietLogs);
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.localhost' });
  // Attachments are measured where their texts are read.
  await changeSearchSettings(configuration.searchSettings, { attachmentTypes: [] });
  const { mailboxId } = await createMailbox(configuration, { name: 'bench', primaryAddress: 'bench@example.org' });
  const { endpointId, localPart } = await createEndpoint(configuration, {
    name: 'bench',
    unknownAddresses: { mailboxId },
  });
  const filing = {
    ports,
    directory: bookDirectory(configuration),
    journalDomain: 'journal.localhost',
    singleInstanceBytes: SINGLE_INSTANCE_BYTES,
  };
  startWorkers(ports, queue, filing);
  const envelope = {
    mailFrom: 'b@example.net',
    rcptTo: [`${localPart}@journal.localhost`],
    remoteAddress: '127.0.0.1',
  };
  const facts = () => ({
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpointId] } as const,
    envelope,
  });
  await fill(ports, queue, facts, mailFiles(path));

  const unit = WHOLE(mailboxId);
  const archiveIds = await markedIn(ports, unit);
  // What is verified beside it would be measured with it.
  while (queue.depth('signatures') > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const indexing = openIndexing(ports, configuration, { dataDir, stores: LOCAL_STORES });
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  await indexUnit(indexing.context, unit);
  const seconds = (performance.now() - begun) / 1_000;
  delay.disable();
  await indexing.close();
  const size = await sizes(ports, unit);
  const written = amplification ? await inSmallBatches(ports, unit, archiveIds, configuration) : undefined;
  await queue.close();
  await close();
  await rm(dataDir, { recursive: true });
  const text = textBytes(await documentsOf(path, Number.POSITIVE_INFINITY));
  return {
    messages: archiveIds.length,
    seconds: rounded(seconds),
    messagesPerSecond: Math.round(archiveIds.length / seconds),
    longestDelayMs: Math.round(delay.max / 1e6),
    textBytes: text,
    ...size,
    indexOverText: rounded(size.indexBytes / text),
    ...(written === undefined ? {} : { writtenOverIndex: written }),
    peakRssMegabytes: peakRssMegabytes(),
  };
}

/** Nothing is read for its text here. */
const NO_EXTRACTOR = { extract: () => Promise.reject(new Error('no attachment is read')) } as never;

async function markedIn(ports: Ports, unit: ReturnType<typeof WHOLE>): Promise<readonly string[]> {
  const archiveIds = new Set<string>();
  for await (const { mark } of pendingMarks(ports, unit)) {
    if (mark.cause !== 'damaged') for (const archiveId of mark.archiveIds) archiveIds.add(archiveId);
  }
  return [...archiveIds];
}

/** The same messages as they come in over time, a few at once, each batch indexed before the next. */
async function inSmallBatches(
  ports: Ports,
  unit: ReturnType<typeof WHOLE>,
  archiveIds: readonly string[],
  configuration: ReturnType<typeof createConfigurationContext>,
): Promise<number> {
  for await (const { key } of ports.derived.list('segments/')) await ports.derived.delete(key);
  const counted = countingPuts(ports.derived);
  const context = createIndexContext({ ...ports, derived: counted.store, extractor: NO_EXTRACTOR }, configuration);
  for (let start = 0; start < archiveIds.length; start += SMALL_BATCH) {
    const batch = archiveIds.slice(start, start + SMALL_BATCH);
    await ports.tables.batchPut('messages', markItems(ports, [{ unit, archiveIds: batch }], 'filed'));
    await indexUnit(context, unit);
  }
  const { indexBytes } = await sizes(ports, unit);
  return rounded(counted.written().index / indexBytes);
}

async function sizes(ports: Ports, unit: ReturnType<typeof WHOLE>) {
  const { segments } = (await readManifest(ports, unit)).manifest;
  return {
    segments: segments.length,
    indexBytes: segments.reduce((sum, { indexBytes }) => sum + indexBytes, 0),
    keptTextBytes: segments.reduce((sum, { textBytes: kept }) => sum + kept, 0),
  };
}

/** The same store, counting the bytes of index files and of all else that is put. */
function countingPuts(store: ObjectStore) {
  const written = { index: 0, other: 0 };
  const counting: ObjectStore = {
    ...boundStore(store),
    put: async (key, body, options) => {
      const count = (bytes: number) => {
        written[key.endsWith('.idx') ? 'index' : 'other'] += bytes;
      };
      if (body instanceof Uint8Array) {
        count(body.length);
        return await store.put(key, body, options);
      }
      return await store.put(key, countedParts(body, count), options);
    },
  };
  return { store: counting, written: () => written };
}

async function* countedParts(parts: AsyncIterable<Uint8Array>, count: (bytes: number) => void) {
  for await (const part of parts) {
    count(part.length);
    yield part;
  }
}
