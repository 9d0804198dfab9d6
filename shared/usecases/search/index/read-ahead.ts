import { eachAtOnce } from './at-once.ts';
import type { IndexContext } from './index-context.ts';
import type { IndexUnit } from './index-unit.ts';
import { presentState } from './present-state.ts';

/** Messages that are read at once. */
const AT_ONCE = 16;
/** Of originals that are read ahead: what is read must still be kept when its turn comes. */
const MAX_BYTES = 12 * 1024 * 1024;

/**
 * Reads what messages say into what is kept of contents, so that whoever indexes them next finds it there. Decides
 * nothing: their state is read again then, and so is what could not be read.
 */
export class ReadAhead {
  readonly #context: IndexContext;
  readonly #unit: IndexUnit;
  #current = { bytesLeft: 0 };
  #reading: Promise<void> = Promise.resolve();

  constructor(context: IndexContext, unit: IndexUnit) {
    this.#context = context;
    this.#unit = unit;
  }

  /** Begins with these messages, and with no more of those before. */
  begin(archiveIds: () => Promise<readonly string[]>): void {
    const ended = this.stop();
    const allowed = { bytesLeft: MAX_BYTES };
    this.#current = allowed;
    this.#reading = ended
      .then(async () => eachAtOnce(await archiveIds(), AT_ONCE, (archiveId) => this.#read(archiveId, allowed)))
      // Whoever indexes them meets the same failures, and knows what to do about them.
      .catch(() => undefined);
  }

  /** Begins nothing more, and waits for what is under way. Never rejects. */
  async stop(): Promise<void> {
    this.#current.bytesLeft = 0;
    await this.#reading;
  }

  async #read(archiveId: string, allowed: { bytesLeft: number }): Promise<void> {
    if (allowed.bytesLeft <= 0) return;
    const { record, ...state } = await presentState(this.#context, this.#unit.mailboxId, archiveId);
    if (!record || state.filings.length === 0 || allowed.bytesLeft < record.first.sizeBytes) return;
    allowed.bytesLeft -= record.first.sizeBytes;
    await this.#context.contents.read(this.#context, { ...state, record });
  }
}
