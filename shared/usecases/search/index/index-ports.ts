import type { Ports } from '../../../ports/ports.ts';
import type { TextExtractor } from '../../../ports/text-extractor.ts';

export type IndexPorts = Pick<
  Ports,
  'archive' | 'derived' | 'tables' | 'queue' | 'events' | 'clock' | 'entropy' | 'logs' | 'reader'
> & { readonly extractor: TextExtractor };
