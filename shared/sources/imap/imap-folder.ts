import { SourceError } from '../../errors.ts';
import type {
  Deletion,
  FactsPage,
  FetchedMessage,
  FolderState,
  MessageFacts,
  OpenFolder,
  SourceFolder,
} from '../source.ts';
import { OpeningState } from './folder-state.ts';
import type { CommandValue, ImapSession } from './imap-session.ts';
import { factsOf, keyOfUid, type MessageData, messageData } from './message-data.ts';
import { sequenceSet } from './sequence-set.ts';

/** How many UIDs one listing spans at first, and how many messages are kept of one: both bound memory. */
const SPAN = 4_000;
const MAX_LISTED = 8_000;
const MAX_UID = 0xffff_ffff;
/** How much of a large message one command asks for: cancelling and deadlines are looked at in between. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Stops a message without an end. */
const MAX_MESSAGE_BYTES = 512 * 1024 * 1024;

/** Opens a folder: EXAMINE, which changes nothing; SELECT only to delete. Throws `SourceError`. */
export async function openImapFolder(
  session: ImapSession,
  { wireName }: Pick<SourceFolder, 'wireName'>,
  forDeletion: boolean,
): Promise<OpenFolder> {
  const opening = new OpeningState();
  const response = await session.send(forDeletion ? 'SELECT' : 'EXAMINE', [{ type: 'STRING', value: wireName }], {
    OK: (untagged) => opening.ok(untagged),
    EXISTS: (untagged) => opening.exists(untagged),
  });
  const isReadOnly = JSON.stringify(response.attributes ?? []).includes('READ-ONLY');
  return new ImapFolder(session, opening.state(), forDeletion && !isReadOnly && session.can('UIDPLUS'));
}

class ImapFolder implements OpenFolder {
  readonly state: FolderState;
  readonly canDelete: boolean;
  readonly #session: ImapSession;
  #span = SPAN;

  constructor(session: ImapSession, state: FolderState, canDelete: boolean) {
    this.#session = session;
    this.state = state;
    this.canDelete = canDelete;
  }

  keyAfter(key: string): string {
    return keyOfUid(Number(key) + 1);
  }

  async list(fromKey: string, { envelopes = false } = {}): Promise<FactsPage> {
    const first = Math.max(1, Number(fromKey) || 1);
    // Without UIDNEXT nobody knows where UIDs end.
    const end = this.state.nextKey === undefined ? MAX_UID : Number(this.state.nextKey) - 1;
    if (this.state.messages === 0 || first > end) return { messages: [] };
    const last = Math.min(end, first + this.#span - 1);
    const { messages, until } = await this.#listSpan(first, last, envelopes);
    // UIDs may be sparse: what spans many without finding much may span more, what finds too much less.
    this.#span = until < last ? SPAN : messages.length < SPAN / 4 ? Math.min(this.#span * 4, MAX_UID) : this.#span;
    return until >= end ? { messages } : { messages, next: keyOfUid(until + 1) };
  }

  async #listSpan(first: number, last: number, envelopes: boolean) {
    let found: MessageFacts[] = [];
    let until = last;
    await this.#fetch(`${first}:${last === MAX_UID ? '*' : last}`, factItems(this.#session, envelopes), (data) => {
      const facts = factsOf(data);
      // A range with `*` names the last message also where it is below the range (RFC 9051, 9, seq-range).
      if (!facts || Number(facts.key) < first || Number(facts.key) > until) return;
      found.push(facts);
      if (found.length < MAX_LISTED * 2) return;
      found = inOrder(found).slice(0, MAX_LISTED);
      until = Number(found.at(-1)?.key ?? until);
    });
    return { messages: inOrder(found), until };
  }

  async fetch(keys: readonly string[], take?: (message: FetchedMessage) => void): Promise<readonly FetchedMessage[]> {
    const bodies = new Map<string, FetchedMessage>();
    const items = [...factItems(this.#session, false), body()];
    const read = (data: MessageData) => {
      const facts = factsOf(data);
      if (!facts || !data.body) return;
      const message = { ...facts, raw: data.body };
      bodies.set(facts.key, message);
      if (isWhole(message)) take?.(message);
    };
    await this.#fetch(sequenceSet(keys.map(Number)), items, read);
    // Asked again alone: an answer that could not be read, or that was cut short, tells of itself by its size.
    for (const key of keys) {
      const message = bodies.get(key);
      if (message && isWhole(message)) continue;
      await this.#fetch(String(Number(key)), items, read);
      const again = bodies.get(key);
      if (again ? again.raw.length > 0 || again.sizeBytes === 0 : !(await this.#isThere(key))) continue;
      throw new SourceError('source_failed', `FETCH: the message with UID ${Number(key)} is there and is not given`);
    }
    return keys.map((key) => bodies.get(key)).filter((message) => message !== undefined);
  }

  async headerFields(keys: readonly string[], names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    if (keys.length === 0) return found;
    const items: readonly CommandValue[] = [{ type: 'ATOM', value: 'UID' }, headerFieldsItem(names)];
    const wanted = new Set(keys);
    await this.#fetch(sequenceSet(keys.map(Number)), items, ({ uid = 0, headerFields }) => {
      // Not even the empty line: as good as NIL, which servers answer for what another session has just removed.
      if (headerFields && headerFields.length > 0 && wanted.has(keyOfUid(uid))) found.set(keyOfUid(uid), headerFields);
    });
    return found;
  }

  async *stream({ key, sizeBytes }: MessageFacts): AsyncIterable<Uint8Array> {
    let offset = 0;
    let wasShort = false;
    while (offset < MAX_MESSAGE_BYTES) {
      let piece: Uint8Array | undefined;
      await this.#fetch(String(Number(key)), [{ type: 'ATOM', value: 'UID' }, body([offset, PIECE_BYTES])], (data) => {
        if (data.uid === Number(key)) piece = data.body;
      });
      // Behind the end of a message that is smaller than was announced, some servers have NIL, not an empty text.
      if (!piece && wasShort) return;
      if (!piece) throw new SourceError('source_failed', `FETCH: the message with UID ${Number(key)} is not given`);
      if (piece.length > 0) yield piece;
      offset += piece.length;
      // A short piece is the last, unless more was announced: some servers give less at once than they are asked for.
      wasShort = piece.length < PIECE_BYTES;
      if (piece.length === 0 || (wasShort && offset >= sizeBytes)) return;
    }
    throw new SourceError('source_failed', `FETCH: the message with UID ${Number(key)} has no end`);
  }

  async delete(keys: readonly string[]): Promise<Deletion> {
    if (!this.canDelete) {
      throw new SourceError(
        'source_failed',
        'this folder is read-only, or the server lacks UIDPLUS: EXPUNGE alone would remove mail that was not named',
      );
    }
    const uids: CommandValue = { type: 'SEQUENCE', value: sequenceSet(keys.map(Number)) };
    const flags = [{ type: 'ATOM', value: '\\Deleted' } as const];
    await this.#session.send('UID STORE', [uids, { type: 'ATOM', value: '+FLAGS.SILENT' }, flags]);
    await this.#session.send('UID EXPUNGE', [uids]);
    return 'deleted';
  }

  async #isThere(key: string): Promise<boolean> {
    let isThere = false;
    await this.#fetch(
      String(Number(key)),
      [
        { type: 'ATOM', value: 'UID' },
        { type: 'ATOM', value: 'FLAGS' },
      ],
      (data) => {
        isThere ||= data.uid === Number(key);
      },
    );
    return isThere;
  }

  async #fetch(set: string, items: readonly CommandValue[], read: (data: MessageData) => void): Promise<void> {
    await this.#session.send('UID FETCH', [{ type: 'SEQUENCE', value: set }, items], {
      FETCH: (response) => {
        const data = messageData(response);
        if (data) read(data);
      },
    });
  }
}

function factItems(session: ImapSession, envelopes: boolean): readonly CommandValue[] {
  const names = ['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE'];
  if (session.can('OBJECTID')) names.push('EMAILID');
  else if (session.can('X-GM-EXT-1')) names.push('X-GM-MSGID');
  if (envelopes) names.push('ENVELOPE');
  return names.map((value) => ({ type: 'ATOM', value }));
}

/** What is shorter than the source says may be cut short; what is longer is what sources that estimate sizes have. */
function isWhole({ raw, sizeBytes }: FetchedMessage): boolean {
  return raw.length >= sizeBytes;
}

/** BODY.PEEK: without it the server would set `\Seen` (RFC 9051, 6.4.5). */
function body(partial?: readonly number[]): CommandValue {
  return { type: 'ATOM', value: 'BODY.PEEK', section: [], ...(partial ? { partial } : {}) };
}

/** Some fields of the header section (RFC 9051, 6.4.5.1). */
function headerFieldsItem(names: readonly string[]): CommandValue {
  const section = [atom('HEADER.FIELDS'), names.map(atom)];
  return { type: 'ATOM', value: 'BODY.PEEK', section };
}

function atom(value: string) {
  return { type: 'ATOM', value } as const;
}

function inOrder(messages: readonly MessageFacts[]): MessageFacts[] {
  const once = [...new Map(messages.map((message) => [message.key, message])).values()];
  return once.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
