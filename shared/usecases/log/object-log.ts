import type { Filing } from '../../domain/message.ts';
import { withoutContent } from '../../domain/summary.ts';
import { encodeLogObject } from '../../mail/log-object.ts';
import type { ArchiveLog, LogEntry } from '../../ports/archive-log.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { FILING_PREFIX } from '../message-keys.ts';

/** Prefix of the log in the archive bucket. */
export const LOG_PREFIX = 'log/';

/** How many entries one object takes: it bounds the memory of whoever reads the log. */
const MAX_ENTRIES = 1_000;

interface Batch {
  readonly entries: LogEntry[];
  readonly durable: Promise<void>;
}

/**
 * The log as write-once objects `log/<stream>/<n>`. Each process has a stream of its own, named by its
 * start and a random part, so that numbers are claimed without contention; `ifAbsent` is what decides.
 * While one object is written, the entries of all callers gather for the next.
 */
export class ObjectLog implements ArchiveLog {
  readonly #archive: Ports['archive'];
  readonly #stream: string;
  #next = 1;
  #writing: Promise<void> = Promise.resolve();
  #gathering: Batch | undefined;

  constructor(ports: Pick<Ports, 'archive' | 'clock' | 'entropy'>) {
    this.#archive = ports.archive;
    const started = ports.clock.now().toISOString().replace(/[-:.]/g, '');
    this.#stream = `${LOG_PREFIX}${started}-${Buffer.from(ports.entropy.bytes(6)).toString('hex')}/`;
  }

  async append(entries: readonly LogEntry[]): Promise<void> {
    for (let start = 0; start < entries.length; start += MAX_ENTRIES) {
      await this.#gather(entries.slice(start, start + MAX_ENTRIES));
    }
  }

  #gather(entries: readonly LogEntry[]): Promise<void> {
    const open = this.#gathering;
    if (open && open.entries.length + entries.length <= MAX_ENTRIES) {
      open.entries.push(...entries);
      return open.durable;
    }
    const gathered = [...entries];
    const durable = this.#writing
      .catch(() => undefined)
      .then(() => {
        if (this.#gathering?.entries === gathered) this.#gathering = undefined;
        return this.#write(gathered);
      });
    this.#gathering = { entries: gathered, durable };
    this.#writing = durable;
    return durable;
  }

  async #write(entries: readonly LogEntry[]): Promise<void> {
    const body = encodeLogObject(entries.map(withoutMail));
    for (;;) {
      const key = `${this.#stream}${String(this.#next).padStart(8, '0')}`;
      this.#next += 1;
      const put = await this.#archive.put(key, body, { ifAbsent: true });
      if (put.outcome === 'stored') return;
    }
  }
}

/**
 * What is written once holds no mail: it could not be taken back when the message is purged. A rebuild has what filings
 * show of their message from its arrivals.
 */
function withoutMail({ table, item }: LogEntry): LogEntry {
  if (table !== 'messages' || !item.sk.startsWith(FILING_PREFIX) || item.removed) return { table, item };
  const filing = typed<Filing>(item).data;
  return { table, item: { ...item, data: dataOf({ ...filing, summary: withoutContent(filing.summary) }) } };
}
