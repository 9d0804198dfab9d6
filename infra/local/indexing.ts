import { createExtractorProcess } from '../../shared/adapters/extraction/extractor-process.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { ConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createIndexContext, type IndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { createSegmentThread } from './segment-threads.ts';
import type { StoreSettings } from './store-settings.ts';
import { openReader } from './stores.ts';

export interface Indexing {
  readonly context: IndexContext;
  /** Ends the thread that writes segments; what is under way fails. */
  close(): Promise<void>;
}

/**
 * What indexing works with here: mail and attachments are read in processes of its own, and segments written in a
 * thread of its own, all of which begin with the first.
 */
export function openIndexing(
  ports: Ports,
  configuration: ConfigurationContext,
  { dataDir, stores }: { readonly dataDir: string; readonly stores: Pick<StoreSettings, 's3'> },
): Indexing {
  const extractor = createExtractorProcess(new URL('./extractor-process.ts', import.meta.url));
  const { segments, close } = createSegmentThread(dataDir, stores);
  return { context: createIndexContext({ ...ports, reader: openReader(), extractor }, configuration, segments), close };
}
