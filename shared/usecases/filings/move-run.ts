import { listedFilings, shownBy, survivorOf } from '../../domain/filing-place.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing, FilingMover } from '../../domain/message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { type TouchedMessage, touchDays } from '../retention/candidate-days.ts';
import { type ChangedMessage, messagesByUnit } from '../search/index/mark-messages.ts';
import { markItems, nudgeUnits } from '../search/index/marks.ts';
import {
  changeableRecord,
  type FilingItem,
  type FilingPorts,
  filingItems,
  listKeyOf,
  logLeftovers,
} from './mailbox-filings.ts';
import { openFolder } from './open-folder.ts';

/** Which filing: its key. */
export interface FilingReference {
  readonly archiveId: string;
  readonly mailboxId: string;
  readonly originFolder: string;
}

/** A filing, and where it shall lie. */
export interface WantedMove extends FilingReference {
  readonly folder: string;
  /** It is moved only if it lies here. */
  readonly from?: string;
}

/**
 * `merged`: the message lay there already, and one of the filings shows it now. `there`: nothing was left to do.
 * `elsewhere`: it does not lie where it was to be moved from.
 */
export type MoveOutcome = 'moved' | 'merged' | 'there' | 'elsewhere';

/** How often filings are read again where others change them at the same time. */
const MAX_ATTEMPTS = 8;

/** Moves by one hand, whose index marks are put together at the end. */
export class MoveRun {
  readonly #ports: FilingPorts;
  readonly #by: FilingMover;
  readonly #mailboxes = new Map<string, Promise<Mailbox>>();
  readonly #touched: (ChangedMessage & TouchedMessage)[] = [];

  constructor(ports: FilingPorts, by: FilingMover) {
    this.#ports = ports;
    this.#by = by;
  }

  /** Throws `NotFoundError`, `PurgingError`, `ConflictError`, `StorageError`. */
  async move(move: WantedMove): Promise<MoveOutcome> {
    const { archiveId, mailboxId, folder } = move;
    const mailbox = await this.#mailbox(mailboxId);
    const { archivedAt, retention, first } = await changeableRecord(this.#ports, archiveId);
    const touched = { archiveId, archivedAt, first, ...(retention ? { retention } : {}) };
    let done: 'moved' | 'merged' | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const items = await filingItems(this.#ports, archiveId, mailboxId);
      const filings = items.map(({ data }) => data);
      const own = items.find(({ data }) => data.originFolder === move.originFolder);
      const shown = own && shownBy(own.data, filings);
      if (!own || !shown) throw new NotFoundError(`message ${archiveId} in that folder`);
      const isThere = shown.folder === folder;
      if (!done && !isThere && move.from !== undefined && shown.folder !== move.from) return 'elsewhere';
      // Also where it is there: an attempt that died may have moved it.
      if (!done) this.#touched.push({ ...touched, mailboxIds: [mailboxId] });
      const inFolder = listedFilings(filings).filter((filing) => filing.folder === folder);
      if (isThere && inFolder.length <= 1) {
        await logLeftovers(this.#ports, items);
        return done ?? 'there';
      }
      try {
        if (isThere) {
          await this.#mergeInto(items, inFolder);
          done = 'merged';
        } else {
          await openFolder(this.#ports, mailboxId, folder);
          await this.#place(archiveId, own, folder, mailbox);
          done ??= 'moved';
          // The only filing there was: it met no other.
          if (items.length === 1) return done;
        }
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt >= MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** Has retention and the index follow; to be called once the moves have ended, however they did. Throws `StorageError`. */
  async markMoved(): Promise<void> {
    // Policies may go by the folder.
    await touchDays(this.#ports, this.#touched);
    const find = async (mailboxId: string) => await this.#mailboxes.get(mailboxId);
    const units = await messagesByUnit(find, this.#touched);
    if (units.length === 0) return;
    await this.#ports.tables.batchPut('messages', markItems(this.#ports, units, 'changed'));
    await nudgeUnits(
      this.#ports,
      units.map(({ unit }) => unit),
    );
  }

  #mailbox(mailboxId: string): Promise<Mailbox> {
    const known = this.#mailboxes.get(mailboxId);
    if (known) return known;
    const mailbox = getMailbox(this.#ports, mailboxId);
    this.#mailboxes.set(mailboxId, mailbox);
    return mailbox;
  }

  /** A merged filing is shown again by this. */
  async #place(archiveId: string, item: FilingItem, folder: string, mailbox: Mailbox): Promise<void> {
    const { removedAt: _removedAt, mergedInto: _mergedInto, ...kept } = item.data;
    const filing: Filing = { ...kept, folder, moved: { by: this.#by, at: this.#ports.clock.now().toISOString() } };
    const list = listKeyOf(archiveId, filing, mailbox);
    await replaceLogged(this.#ports, 'messages', itemOf(item), { data: dataOf(filing), indexes: { list } });
  }

  /**
   * Of the filings in one folder all but one give way to it. Which one stays does not depend on who asks, and only after
   * both lie there does one go: so two moves that cross never make each other's filing the one that stays.
   */
  async #mergeInto(items: readonly FilingItem[], inFolder: readonly Filing[]): Promise<void> {
    const stays = survivorOf(inFolder);
    for (const item of items) {
      if (!stays || item.data === stays || !inFolder.includes(item.data)) continue;
      const at = this.#ports.clock.now().toISOString();
      const moved = item.data.moved ?? { by: this.#by, at };
      const merged: Filing = { ...item.data, removedAt: at, mergedInto: stays.originFolder, moved };
      await replaceLogged(this.#ports, 'messages', itemOf(item), { data: dataOf(merged) });
    }
  }
}

function itemOf(item: FilingItem): Item {
  return { ...item, data: dataOf(item.data) };
}
