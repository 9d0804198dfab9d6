import { createHash } from 'node:crypto';
import { readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { putMail } from './dovecot.ts';

/** A message as it lies in the Maildir. */
interface Kept {
  /** Of the folder, below the Maildir; empty for INBOX. */
  readonly directory: string;
  readonly place: 'cur' | 'new';
  readonly flags: string;
  readonly sha256: string;
}

/** What somebody did to a mailbox. */
const CHANGES = ['move', 'move', 'flag', 'flag', 'expunge', 'deliver', 'deliver'] as const;
const FLAGS = ['', 'F', 'FS', 'RS', 'S', 'ST'];

/**
 * A Maildir that others work on: mail comes, is moved, flagged and removed by file names, as a delivery agent and a mail
 * program on the same machine do it. It knows at any time what lies where.
 */
export class ChangingMaildir {
  /** Where each message lies, by the part of its file name that stays. */
  readonly #kept = new Map<string, Kept>();
  /** SHA-256 of all that ever lay here. */
  readonly everHeld = new Set<string>();
  readonly #path: string;
  readonly #directories: readonly string[];
  readonly #random: SeededRandom;
  readonly #mail: AsyncIterator<Buffer>;
  #delivered = 0;
  changes = 0;

  /** `mail` is what comes in; it must not end. */
  constructor(path: string, directories: readonly string[], random: SeededRandom, mail: AsyncIterator<Buffer>) {
    this.#path = path;
    this.#directories = directories;
    this.#random = random;
    this.#mail = mail;
  }

  get messages(): number {
    return this.#kept.size;
  }

  /** Puts so many messages into the folders, one after the other. */
  async fill(messages: number): Promise<void> {
    for (let n = 0; n < messages; n += 1) {
      const directory = this.#directories[n % this.#directories.length] ?? '';
      await this.#put(directory, 'cur', this.#random.pick(FLAGS));
    }
  }

  /** Changes something at random. */
  async change(): Promise<void> {
    const change = this.#random.pick(CHANGES);
    this.changes += 1;
    if (change === 'deliver') return await this.#put(this.#random.pick(this.#directories), 'new', '');
    const names = [...this.#kept.keys()];
    const name = this.#random.pick(names);
    const kept = this.#kept.get(name);
    if (!kept) return;
    if (change === 'expunge') {
      await unlink(this.#pathOf(name, kept));
      this.#kept.delete(name);
      return;
    }
    const changed: Kept =
      change === 'flag'
        ? { ...kept, place: 'cur', flags: this.#random.pick(FLAGS) }
        : { ...kept, place: 'cur', directory: this.#random.pick(this.#directories) };
    await rename(this.#pathOf(name, kept), this.#pathOf(name, changed));
    this.#kept.set(name, changed);
  }

  /** SHA-256 of what lies here now, by its path with all flags. */
  content(): ReadonlyMap<string, string> {
    return new Map([...this.#kept].map(([name, kept]) => [this.#pathOf(name, kept), kept.sha256]));
  }

  /** What lies in each folder now by UID, as Dovecot has numbered it. It must have looked at the folders since. */
  async byUid(): Promise<readonly { directory: string; validity: string; uids: ReadonlyMap<number, string> }[]> {
    return await Promise.all(
      this.#directories.map(async (directory) => {
        const list = await readFile(join(this.#path, directory, 'dovecot-uidlist'), 'utf8');
        const uids = new Map<number, string>();
        for (const [, uid, name = ''] of list.matchAll(/^(\d+) [^:\n]*:(.*)$/gm)) {
          const kept = this.#kept.get(name.replace(/:2,.*$/, ''));
          if (kept?.directory === directory) uids.set(Number(uid), kept.sha256);
        }
        return { directory, validity: /^3 (?:\S+ )*?V(\d+)/.exec(list)?.[1] ?? '', uids };
      }),
    );
  }

  #pathOf(name: string, { directory, place, flags }: Kept): string {
    return join(this.#path, directory, place, place === 'new' ? name : `${name}:2,${flags}`);
  }

  async #put(directory: string, place: 'cur' | 'new', flags: string): Promise<void> {
    const { value: bytes } = await this.#mail.next();
    this.#delivered += 1;
    const name = `${1_770_000_000 + this.#delivered}.n${this.#delivered}.host`;
    const kept: Kept = { directory, place, flags, sha256: createHash('sha256').update(bytes).digest('hex') };
    // Not there until it is whole.
    const made = `tmp/${name}`;
    await putMail(this.#path, [[join(directory, made), bytes]]);
    await rename(join(this.#path, directory, made), this.#pathOf(name, kept));
    this.#kept.set(name, kept);
    this.everHeld.add(kept.sha256);
  }
}
