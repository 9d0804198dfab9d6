import { createHash } from 'node:crypto';
import { SourceError } from '../../errors.ts';
import type { Deletion, FactsPage, FetchedMessage, FolderState, MessageFacts, OpenFolder } from '../source.ts';
import type { Pop3Connection } from './pop3-connection.ts';
import { shortBody } from './sign-in.ts';

/** Lists of a million messages are shorter; stops one without an end. */
const MAX_LIST_BYTES = 128 * 1024 * 1024;
/** Stops a message without an end. */
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;
const PAGE = 4_000;
/** RFC 1939, 7: one to 70 characters; longer ones are met. */
const UNIQUE_ID = /^[\x21-\x7e]{1,200}$/;

/**
 * The messages of a POP3 session, by unique-id (UIDL); where the server has none, or gives one twice, by a hash of the
 * header section.
 */
export class Pop3Maildrop implements OpenFolder {
  readonly state: FolderState;
  readonly canDelete = true;
  readonly #connection: Pop3Connection;
  readonly #numbers = new Map<string, number>();
  readonly #messages: readonly MessageFacts[];

  private constructor(connection: Pop3Connection, messages: ReadonlyMap<number, MessageFacts>) {
    this.#connection = connection;
    for (const [number, { key }] of messages) this.#numbers.set(key, number);
    this.#messages = [...messages.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
    this.state = { validity: '', messages: messages.size };
  }

  static async open(connection: Pop3Connection): Promise<Pop3Maildrop> {
    await connection.command('LIST');
    const sizes = await numbered(connection);
    const answer = await connection.ask('UIDL');
    const uniqueIds = answer.isOk ? await numbered(connection) : new Map<number, string>();
    const times = new Map<string, number>();
    for (const id of uniqueIds.values()) times.set(id, (times.get(id) ?? 0) + 1);
    const messages = new Map<number, MessageFacts>();
    const keys = new Set<string>();
    for (const [number, size] of sizes) {
      const id = uniqueIds.get(number);
      const isUnique = id !== undefined && times.get(id) === 1 && UNIQUE_ID.test(id);
      const wanted = isUnique ? plainKey(id) : await headerKey(connection, number, size);
      let key = wanted;
      for (let copy = 2; keys.has(key); copy += 1) key = `${wanted}-${copy}`;
      keys.add(key);
      messages.set(number, { key, flags: [], sizeBytes: Number(size) || 0 });
    }
    return new Pop3Maildrop(connection, messages);
  }

  keyAfter(key: string): string {
    // The least character of a unique-id.
    return `${key}!`;
  }

  async list(fromKey: string): Promise<FactsPage> {
    const begin = this.#messages.findIndex(({ key }) => key >= fromKey);
    if (begin < 0) return { messages: [] };
    const next = this.#messages[begin + PAGE]?.key;
    return { messages: this.#messages.slice(begin, begin + PAGE), ...(next === undefined ? {} : { next }) };
  }

  async fetch(keys: readonly string[], take?: (message: FetchedMessage) => void): Promise<readonly FetchedMessage[]> {
    const wanted = new Set(keys);
    const found: FetchedMessage[] = [];
    for (const facts of this.#messages.filter(({ key }) => wanted.has(key))) {
      const pieces: Uint8Array[] = [];
      for await (const piece of this.stream(facts)) pieces.push(piece);
      const message = { ...facts, raw: Buffer.concat(pieces) };
      found.push(message);
      take?.(message);
    }
    return found;
  }

  headerFields(): Promise<never> {
    return Promise.reject(
      new SourceError('source_failed', 'POP3 gives no parts of messages; folders are synchronised by IMAP'),
    );
  }

  async *stream({ key }: MessageFacts): AsyncIterable<Uint8Array> {
    await this.#connection.command(`RETR ${this.#number(key)}`);
    let sizeBytes = 0;
    for await (const piece of this.#connection.body()) {
      sizeBytes += piece.length;
      if (sizeBytes > MAX_MESSAGE_BYTES) {
        this.#connection.abort();
        throw new SourceError('source_failed', 'RETR: a message without an end');
      }
      yield piece;
    }
  }

  /** They go with QUIT only (RFC 1939, 6). */
  async delete(keys: readonly string[]): Promise<Deletion> {
    for (const key of keys) await this.#connection.command(`DELE ${this.#number(key)}`);
    return 'unknown';
  }

  #number(key: string): number {
    const number = this.#numbers.get(key);
    if (number === undefined) throw new SourceError('source_failed', 'no such message in this session');
    return number;
  }
}

/** Keys have no `#` in them. */
function plainKey(id: string): string {
  return id.replaceAll('%', '%25').replaceAll('#', '%23');
}

/** A list of message numbers, each with one word. */
async function numbered(connection: Pop3Connection): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  for (const line of (await shortBody(connection, MAX_LIST_BYTES)).split('\r\n')) {
    const match = /^(\d{1,9}) +(\S+)/.exec(line);
    if (match) found.set(Number(match[1]), match[2] ?? '');
  }
  return found;
}

async function headerKey(connection: Pop3Connection, number: number, size: string): Promise<string> {
  const top = await connection.ask(`TOP ${number} 0`);
  if (!top.isOk) await connection.command(`RETR ${number}`);
  const hash = createHash('sha256').update(`${size}\0`);
  for await (const piece of connection.body()) hash.update(piece);
  return `header-${hash.digest('hex').slice(0, 32)}`;
}
