import { createExtractorProcess } from '../../shared/adapters/extraction/extractor-process.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { ConfigurationContext } from '../../shared/usecases/mailboxes/configuration-context.ts';
import { createIndexContext, type IndexContext } from '../../shared/usecases/search/index/index-context.ts';
import { openReader } from './stores.ts';

/** What indexing works with here: mail and attachments are read in processes of its own, which begin with the first. */
export function openIndexing(ports: Ports, configuration: ConfigurationContext): IndexContext {
  const extractor = createExtractorProcess(new URL('./extractor-process.ts', import.meta.url));
  return createIndexContext({ ...ports, reader: openReader(), extractor }, configuration);
}
