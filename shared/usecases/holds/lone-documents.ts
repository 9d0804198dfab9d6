import { isRestricted } from '../../domain/filing-place.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { Filing, MessageRecord } from '../../domain/message.ts';
import { DamagedError, UnreadableError } from '../../errors.ts';
import type { MessageToWrite } from '../../ports/segment-writer.ts';
import type { IndexText } from '../../search/index-document.ts';
import type { Query } from '../../search/query/query.ts';
import { typed } from '../item-data.ts';
import { ARRIVAL_PREFIX, messagePartition } from '../message-keys.ts';
import { MAX_LATER_REPORTS } from '../reading/journal-of.ts';
import { wholeDocument } from '../search/index/build-document.ts';
import type { IndexContext } from '../search/index/index-context.ts';
import { indexedAlone, type LoneDocument } from './indexed-alone.ts';

/** What holds are judged with: reading mail as it is read for the index. */
export type HoldContext = Pick<IndexContext, 'ports' | 'directory' | 'settings' | 'contents' | 'budget'>;

/** A message as the tables have it at one moment. */
export interface KnownMessage {
  readonly record: MessageRecord;
  /** Removed ones too. */
  readonly filings: readonly Filing[];
}

/** The documents of one message, each of which is made once, when it is first asked for: many searches are about the same. */
export class LoneDocuments {
  readonly #context: HoldContext;
  readonly #archiveId: string;
  readonly #message: KnownMessage;
  readonly #documents = new Map<string, Promise<LoneDocument | undefined>>();
  #later: Promise<readonly LedgerEntry[]> | undefined;

  constructor(context: HoldContext, archiveId: string, message: KnownMessage) {
    this.#context = context;
    this.#archiveId = archiveId;
    this.#message = message;
  }

  /**
   * Whether a search finds the message in a mailbox where it lies by these filings. `undefined` where it cannot be read, lies
   * nowhere, or limits of searching leave it open. Throws `StorageError`.
   */
  async matches(mailboxId: string, filings: readonly Filing[], query: Query): Promise<boolean | undefined> {
    const name = `${mailboxId} ${filings.map(({ originFolder, folder }) => `${originFolder}#${folder}`).join(' ')}`;
    const document = this.#documents.get(name) ?? this.#indexed(mailboxId, filings);
    this.#documents.set(name, document);
    return await (await document)?.matches(query);
  }

  /**
   * What a search looks at in a mailbox where it lies by these filings; `undefined` where it cannot be read. Throws
   * `StorageError`.
   */
  async texts(mailboxId: string, filings: readonly Filing[]): Promise<readonly IndexText[] | undefined> {
    return (await this.#built(mailboxId, filings))?.texts;
  }

  /** The first of the arrivals after the first: whoever sends again decides how many there are. */
  later(): Promise<readonly LedgerEntry[]> {
    this.#later ??= this.#readLater();
    return this.#later;
  }

  async #readLater(): Promise<readonly LedgerEntry[]> {
    const { items } = await this.#context.ports.tables.query('messages', messagePartition(this.#archiveId), {
      prefix: ARRIVAL_PREFIX,
      limit: MAX_LATER_REPORTS,
    });
    return items.map((item) => typed<LedgerEntry>(item).data);
  }

  async #indexed(mailboxId: string, filings: readonly Filing[]): Promise<LoneDocument | undefined> {
    const document = await this.#built(mailboxId, filings);
    return document && (await indexedAlone(document, mailboxId));
  }

  async #built(mailboxId: string, filings: readonly Filing[]): Promise<MessageToWrite | undefined> {
    const [first, ...more] = filings;
    if (!first) return undefined;
    const { record, filings: all } = this.#message;
    const later = await this.later();
    const state = {
      receivedAts: [],
      isPrivate: all.some((filing) => filing.private !== undefined),
      isRestricted: all.some(isRestricted),
      isCovered: false,
      otherMailboxIds: [],
      laterArrivals: later.map(({ arrivalId }) => arrivalId),
    };
    const filed = { archiveId: this.#archiveId, record, filings: [first, ...more], ...state } as const;
    const mailbox = (await this.#context.directory.mailbox(mailboxId)) ?? { secondaryAddresses: [] };
    try {
      return await wholeDocument(this.#context, mailbox, filed);
    } catch (error) {
      if (error instanceof DamagedError || error instanceof UnreadableError) return undefined;
      throw error;
    }
  }
}
