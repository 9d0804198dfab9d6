import type { MailCredentials, MailServer } from '../domain/mail-server.ts';

/** Attributes of RFC 6154 that decide whether a folder is fetched, lower case and without backslash. */
export type SpecialUse = 'all' | 'archive' | 'drafts' | 'flagged' | 'junk' | 'sent' | 'trash';

/** What a source says of a folder without opening it. */
export interface FolderState {
  /** While it is the same, a key means the same message; empty where keys mean the same for ever (POP3). */
  readonly validity: string;
  /** Keys below it were given before; absent where the source does not say. */
  readonly nextKey?: string;
  readonly messages: number;
  /** Grows with every change (CONDSTORE, RFC 7162); absent where the source does not say. */
  readonly modSeq?: string;
}

/** A folder of a mailbox. */
export interface SourceFolder {
  /** How the source writes it; opaque, for `open`. */
  readonly wireName: string;
  /** Decoded, without the prefix of the personal namespace, split at the source's delimiter; never empty. */
  readonly path: readonly string[];
  readonly specialUse?: SpecialUse;
  /** Whether it is the user's own rather than of another user or shared. */
  readonly isPersonal: boolean;
  /** False for what only holds other folders. */
  readonly isSelectable: boolean;
  /** Present where the source told it with the list. */
  readonly state?: FolderState;
}

/** What a source says of a message beside its bytes. */
export interface MessageFacts {
  /**
   * Names the message in its folder while `validity` is the same. IMAP: the UID in ten digits, so that keys sort as
   * UIDs do; POP3: the unique-id.
   */
  readonly key: string;
  /** As the source writes them (`\Seen`, keywords), in no order, without `\Recent`. */
  readonly flags: readonly string[];
  /** When it came into the mailbox, where the source says so; ISO 8601, UTC. */
  readonly internalDate?: string;
  /** What the source says its size is; sources err. */
  readonly sizeBytes: number;
  /** The same for all copies of a message in this mailbox (OBJECTID, RFC 8474; X-GM-MSGID). */
  readonly emailId?: string;
  /** Message-ID as the source reads it; only where it was asked for. */
  readonly messageId?: string;
}

export interface FetchedMessage extends MessageFacts {
  /** The exact bytes, as the source gave them. */
  readonly raw: Uint8Array;
}

/** A part of a folder's messages. */
export interface FactsPage {
  /** In the order of their keys. */
  readonly messages: readonly MessageFacts[];
  /** Where the next page begins; absent on the last. */
  readonly next?: string;
}

/** What became of a wish to delete. `unknown`: the session ended before the source confirmed it; look again. */
export type Deletion = 'deleted' | 'unknown';

/** An open folder. Reading changes nothing at the source, not even a flag. */
export interface OpenFolder {
  readonly state: FolderState;
  /** Whether `delete` removes exactly what it names. */
  readonly canDelete: boolean;
  /** The least key that sorts after this one. */
  keyAfter(key: string): string;
  /**
   * The messages from `fromKey` (inclusive) on; at most some thousands. With `envelopes`, their Message-ID too.
   * Messages that come or go meanwhile may or may not be there.
   */
  list(fromKey: string, options?: { readonly envelopes?: boolean }): Promise<FactsPage>;
  /**
   * The messages with these keys, in no order; those that are gone are left out. The caller sees to it that they fit
   * into memory together. Each is handed to `take` as it comes, so that nothing is lost of a session that ends half
   * way. Throws `SourceError` where one is there and is not given.
   */
  fetch(keys: readonly string[], take?: (message: FetchedMessage) => void): Promise<readonly FetchedMessage[]>;
  /**
   * Of the messages with these keys the header fields with these names, as bytes: the fields as they stand in the
   * header section, and the empty line after it. Messages that are gone, or whose header the source does not give,
   * are left out. Throws `SourceError`, also where the source cannot give a part of a message (POP3).
   */
  headerFields(keys: readonly string[], names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** A message in pieces, for those too large for `fetch`; throws while it is read where it does not come whole. */
  stream(facts: MessageFacts): AsyncIterable<Uint8Array>;
  /** Removes exactly these messages from the source. Throws `SourceError` where `canDelete` is false. */
  delete(keys: readonly string[]): Promise<Deletion>;
}

/** What a source said of itself at sign-in. */
interface SourceFacts {
  readonly isEncrypted: boolean;
  /** For people: what this source cannot do, and what follows from it. */
  readonly warnings: readonly string[];
}

/**
 * A session with one mailbox. One folder is open at a time. Every method may throw `SourceError`; after
 * `source_unreachable` the session is of no use any more.
 */
export interface MailSource {
  readonly facts: SourceFacts;
  /** All folders that the user may see. */
  folders(): Promise<readonly SourceFolder[]>;
  /** Opens a folder to read it, or, `forDeletion`, to delete in it. Throws `SourceError` where it cannot be opened. */
  open(folder: SourceFolder, options?: { readonly forDeletion?: boolean }): Promise<OpenFolder>;
  /**
   * Ends the session. `unknown` where the source did not confirm the end, so that deletions of a POP3 session may not
   * have been made (RFC 1939, 6). Never throws.
   */
  close(): Promise<Deletion>;
  /** Ends it at once, whatever is under way; what is waited for throws. */
  abort(): void;
}

/** What whoever opens a source wants to be told. */
export interface OpenOptions {
  /**
   * Called before the session is opened where a refresh token other than the given one counts from now on: to be kept,
   * as the given one may be void. What it throws, opening throws.
   */
  readonly refreshTokenReplaced?: (change: { readonly before: string; readonly after: string }) => Promise<void>;
}

/** Signs in to a mailbox. Throws `SourceError`: unreachable, login refused, throttled. */
export type OpenSource = (
  server: MailServer,
  credentials: MailCredentials,
  options?: OpenOptions,
) => Promise<MailSource>;
