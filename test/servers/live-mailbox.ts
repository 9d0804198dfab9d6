import { ImapFlow } from 'imapflow';
import { PASSWORD } from './dovecot.ts';

/** A message at its place in a live mailbox. */
export interface LiveEntry {
  /** Which message it is, whatever its bytes. */
  readonly message: number;
  readonly folder: string;
  readonly uid: number;
}

/** The mailbox of a user, as a mail program works on it; it knows at any time what lies where. */
export class LiveMailbox {
  readonly #client: ImapFlow;
  #entries: LiveEntry[] = [];
  readonly #history = new Map<number, readonly string[]>();
  readonly #folders = new Set(['INBOX']);
  #open = '';

  private constructor(client: ImapFlow) {
    this.#client = client;
  }

  static async signIn(port: number, userName: string): Promise<LiveMailbox> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port,
      secure: false,
      doSTARTTLS: false,
      auth: { user: userName, pass: PASSWORD },
      logger: false,
      disableAutoIdle: true,
    });
    await client.connect();
    return new LiveMailbox(client);
  }

  get entries(): readonly LiveEntry[] {
    return this.#entries;
  }

  /** What was done to a message, in order, for whoever has to find out why something is not as it has to be. */
  historyOf(message: number): readonly string[] {
    return this.#history.get(message) ?? [];
  }

  get folders(): readonly string[] {
    return [...this.#folders];
  }

  /** The folders that a message lies in, each once. */
  foldersOf(message: number): readonly string[] {
    return [...new Set(this.#entries.filter((entry) => entry.message === message).map(({ folder }) => folder))];
  }

  async create(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    await this.#client.mailboxCreate(folder);
    this.#folders.add(folder);
  }

  /** Saves a message that was received at `date`. */
  async append(message: number, folder: string, raw: Buffer, date: Date, flags: string[] = []): Promise<void> {
    await this.create(folder);
    const saved = await this.#client.append(folder, raw, flags, date);
    this.#entries.push({ message, folder, uid: uidOf(saved ? saved.uid : undefined) });
    this.#note(message, `saved in ${folder}`);
  }

  async move(entry: LiveEntry, folder: string): Promise<void> {
    await this.create(folder);
    await this.#select(entry.folder);
    const moved = await this.#client.messageMove(String(entry.uid), folder, { uid: true });
    this.#forget(entry);
    this.#entries.push({ ...entry, folder, uid: uidOf(moved ? moved.uidMap?.get(entry.uid) : undefined) });
    this.#note(entry.message, `moved from ${entry.folder} to ${folder}`);
  }

  async copy(entry: LiveEntry, folder: string): Promise<void> {
    await this.create(folder);
    await this.#select(entry.folder);
    const copied = await this.#client.messageCopy(String(entry.uid), folder, { uid: true });
    this.#entries.push({ ...entry, folder, uid: uidOf(copied ? copied.uidMap?.get(entry.uid) : undefined) });
    this.#note(entry.message, `copied from ${entry.folder} to ${folder}`);
  }

  async remove(entry: LiveEntry): Promise<void> {
    await this.#select(entry.folder);
    await this.#client.messageDelete(String(entry.uid), { uid: true });
    this.#forget(entry);
    this.#note(entry.message, `removed from ${entry.folder}`);
  }

  /** With all that is below it. */
  async rename(from: string, to: string): Promise<void> {
    await this.#leave();
    await this.#client.mailboxRename(from, to);
    const renamed = (name: string) =>
      name === from || name.startsWith(`${from}/`) ? to + name.slice(from.length) : name;
    const names = [...this.#folders].map(renamed);
    this.#folders.clear();
    for (const name of names) this.#folders.add(name);
    this.#entries = this.#entries.map((entry) => ({ ...entry, folder: renamed(entry.folder) }));
  }

  /** With the messages in it; it must have no folders below. */
  async delete(folder: string): Promise<void> {
    await this.#leave();
    await this.#client.mailboxDelete(folder);
    this.#folders.delete(folder);
    this.#entries = this.#entries.filter((entry) => entry.folder !== folder);
  }

  async signOut(): Promise<void> {
    await this.#client.logout();
  }

  async #select(folder: string): Promise<void> {
    if (this.#open === folder) return;
    await this.#client.mailboxOpen(folder);
    this.#open = folder;
  }

  /** No folder is open that is about to have another name. */
  async #leave(): Promise<void> {
    await this.#select('INBOX');
  }

  #note(message: number, what: string): void {
    this.#history.set(message, [...this.historyOf(message), `${new Date().toISOString()} ${what}`]);
  }

  #forget(entry: LiveEntry): void {
    this.#entries = this.#entries.filter((one) => one !== entry);
  }
}

function uidOf(uid: number | undefined): number {
  if (uid === undefined) throw new Error('the server does not say which message it has made');
  return uid;
}
