import type { SegmentWriter } from '../../../ports/segment-writer.ts';
import { ByteBudget } from '../../byte-budget.ts';
import type { ConfigurationContext } from '../../configuration-context.ts';
import type { SearchSettings } from '../../settings/search-settings.ts';
import { UnitReader } from '../read/unit-reader.ts';
import { inProcessSegments } from './in-process-segments.ts';
import type { IndexPorts } from './index-ports.ts';
import { MessageContents } from './message-contents.ts';
import type { MailboxDirectory } from './present-state.ts';

/** What indexing works with; one for a process. */
export interface IndexContext {
  readonly ports: IndexPorts;
  readonly directory: MailboxDirectory;
  readonly settings: () => Promise<SearchSettings>;
  readonly units: UnitReader;
  readonly segments: SegmentWriter;
  readonly contents: MessageContents;
  /** Bytes of originals that are read at once. */
  readonly budget: ByteBudget;
}

/** Of originals that are read at once; reading takes several times the memory. */
const BYTES_IN_FLIGHT = 48 * 1024 * 1024;
/** Of texts that are kept for the other mailboxes that a message is in. */
const CONTENT_BYTES = 24 * 1024 * 1024;
/** Of the index itself: indexing looks for messages by their ids, and merges, which keeps nothing. */
const READER_LIMITS = { pageBytes: 24 * 1024 * 1024, openMessages: 200_000, manifestAgeMs: 0 };

/** Segments are written in this process where no other writer is given. */
export function createIndexContext(
  ports: IndexPorts,
  { addresses, searchSettings }: Pick<ConfigurationContext, 'addresses' | 'searchSettings'>,
  segments?: SegmentWriter,
): IndexContext {
  const units = new UnitReader(ports, READER_LIMITS);
  return {
    ports,
    directory: { mailbox: (mailboxId) => addresses.mailbox(mailboxId) },
    settings: () => searchSettings.get(),
    units,
    segments: segments ?? inProcessSegments(ports, units),
    contents: new MessageContents(CONTENT_BYTES),
    budget: new ByteBudget(BYTES_IN_FLIGHT),
  };
}
