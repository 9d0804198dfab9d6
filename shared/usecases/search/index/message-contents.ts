import type { Address } from '../../../domain/address.ts';
import type { JournalReport } from '../../../domain/journal-report.ts';
import type { MessageRecord } from '../../../domain/message.ts';
import { readOriginal } from '../../../mail/read-original.ts';
import type { ByteBudget } from '../../byte-budget.ts';
import { journalOf } from '../../reading/journal-of.ts';
import { readStoredOriginal } from '../../reading/stored-original.ts';
import type { SearchSettings } from '../../settings/search-settings.ts';
import { type MessageTexts, messageTexts } from '../message-texts.ts';
import type { IndexPorts } from './index-ports.ts';
import type { PresentState } from './present-state.ts';

/** What a message says, whichever mailbox it is indexed for. */
export interface MessageContent {
  readonly texts: MessageTexts;
  /** With whom it names in its header; absent where no report was around any arrival. */
  readonly journal?: {
    readonly report: JournalReport;
    readonly from: readonly Address[];
    readonly to: readonly Address[];
    readonly cc: readonly Address[];
  };
}

/** Beside the texts: objects and lists. */
const BYTES_BESIDE = 2_000;

type ReadMessage = PresentState & { readonly record: MessageRecord };
interface Context {
  readonly ports: IndexPorts;
  readonly settings: () => Promise<SearchSettings>;
  /** Bytes of originals that are read at once. */
  readonly budget: ByteBudget;
}

/** Contents read lately: a message is indexed for several mailboxes, mostly soon after each other. Bounded by bytes. */
export class MessageContents {
  readonly #maxBytes: number;
  /** The one that was used last is last. */
  readonly #contents = new Map<string, { readonly content: Promise<MessageContent>; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Throws `DamagedError` where its bytes are not what was filed, and `StorageError`. */
  async read(context: Context, message: ReadMessage): Promise<MessageContent> {
    const { archiveId, record, laterArrivals } = message;
    const name = [archiveId, ...laterArrivals].join(' ');
    const kept = this.#contents.get(name);
    if (kept) {
      this.#contents.delete(name);
      this.#contents.set(name, kept);
      return await kept.content;
    }
    const reading = context.budget.run(record.first.sizeBytes, () => readContent(context, message));
    const entry = { content: reading, bytes: 0 };
    this.#contents.set(name, entry);
    try {
      const content = await reading;
      this.#charge(name, entry, sizeOf(content));
      return content;
    } catch (error) {
      this.#contents.delete(name);
      throw error;
    }
  }

  #charge(name: string, entry: { bytes: number }, bytes: number): void {
    if (this.#contents.get(name) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#contents) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#bytes -= freed;
      this.#contents.delete(oldest);
    }
  }
}

async function readContent(
  { ports, settings }: Context,
  { archiveId, record, laterArrivals }: ReadMessage,
): Promise<MessageContent> {
  const stored = await readStoredOriginal(ports, archiveId, record.first);
  const mayBeJournaled = stored.header.carrier !== undefined || laterArrivals.length > 0;
  const [texts, report] = await Promise.all([
    messageTexts(ports, stored.original, await settings()),
    mayBeJournaled ? journalOf(ports, archiveId, stored) : undefined,
  ]);
  const facts = report && readOriginal(stored.original);
  if (!report || !facts) return { texts };
  const { from, to, cc } = facts;
  return { texts, journal: { report, from, to, cc } };
}

function sizeOf({ texts, journal }: MessageContent): number {
  const characters = texts.texts.reduce((sum, { text }) => sum + text.length, 0);
  return 2 * characters + BYTES_BESIDE + 200 * (journal?.report.recipients.length ?? 0);
}
