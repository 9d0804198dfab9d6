import { setTimeout as pause } from 'node:timers/promises';
import type { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { sendExactly } from '../system/send-exactly.ts';
import type { LiveEntry, LiveMailbox } from './live-mailbox.ts';
import { composed, delivered, journaled, type RealContent, rerendered, type YearMail } from './year-mail.ts';
import { ALL_MAIL, type YearModel } from './year-model.ts';

/** How the mail system of a user keeps mail: as it came, written anew, or as a view of all mail and labels. */
type MailSystem = 'plain' | 'exchange' | 'gmail';

export interface YearUser {
  readonly name: string;
  readonly address: string;
  readonly system: MailSystem;
  readonly live: LiveMailbox;
  readonly model: YearModel;
}

/** An address that becomes that of a user in the course of the year. */
export const ALIAS = 'info@example.org';

const SENDERS = ['Supplier <orders@supplier.example>', 'news@list.example', 'Dora <dora@partner.example>'];
const FOLDERS = ['Projects', 'Projects/2025', 'Kunden/Müller', 'Archive', 'To do', 'Travel & expenses'];
const SYSTEM_FOLDERS = ['INBOX', 'Sent', 'Trash', 'Junk', 'Drafts', ALL_MAIL];

/** What people and their mail systems do, by how often. */
const ACTS = [
  ...Array<'arrive'>(10).fill('arrive'),
  ...Array<'send'>(3).fill('send'),
  ...Array<'move'>(6).fill('move'),
  ...Array<'copy'>(2).fill('copy'),
  ...Array<'trash'>(2).fill('trash'),
  ...['expunge', 'redeliver', 'draft', 'junk', 'alias', 'renameFolder', 'deleteFolder'],
] as const;

/** What somebody may do while a run goes on. */
const SMALL_ACTS = ['arrive', 'send', 'move', 'move', 'move', 'copy', 'trash', 'expunge'] as const;

/** Plays the life of mailboxes: what is delivered, journaled and done to it, each as it would be at its mail system. */
export class YearPlay {
  readonly #random: SeededRandom;
  readonly #users: readonly YearUser[];
  readonly #contents: readonly RealContent[];
  /** Where mail is journaled to, at this moment. */
  readonly #journal: () => { readonly port: number; readonly address: string };
  readonly #mails: YearMail[] = [];
  /** Midnight of the day that is played. */
  day = new Date(0);
  isJournalDown = false;
  hasAlias = false;
  acts = 0;

  constructor(
    random: SeededRandom,
    users: readonly YearUser[],
    contents: readonly RealContent[],
    journal: () => { readonly port: number; readonly address: string },
  ) {
    this.#random = random;
    this.#users = users;
    this.#contents = contents;
    this.#journal = journal;
  }

  get messages(): number {
    return this.#mails.length;
  }

  /** Something happens, in any mailbox. */
  async act(): Promise<void> {
    await this.#do(this.#random.pick(ACTS), () => true);
  }

  /** Something happens that a run may or may not have seen; where that decides what becomes of it, nothing does. */
  async actDuringRun(): Promise<void> {
    await this.#do(this.#random.pick(SMALL_ACTS), ({ model }, { message }) => !model.isDelicate(message));
  }

  async #do(act: string, isFree: (user: YearUser, entry: LiveEntry) => boolean): Promise<void> {
    this.acts += 1;
    const user = this.#random.pick(this.#users);
    if (act === 'arrive') return await this.#arrive(this.#random.next() < 0.1 ? 'Junk' : 'INBOX');
    if (act === 'junk') return await this.#arrive('Junk');
    if (act === 'alias') return await this.#arriveByAlias();
    if (act === 'send') return await this.#send(user);
    if (act === 'draft')
      return await user.live.append(-this.acts, 'Drafts', Buffer.from('Subject: draft\r\n\r\nDear\r\n'), this.#now(), [
        '\\Draft',
      ]);
    if (act === 'redeliver') return await this.#redeliver();
    if (act === 'renameFolder') return await this.#renameFolder(user);
    if (act === 'deleteFolder') return await this.#deleteFolder(user);
    const entries = user.live.entries.filter(
      (entry) => entry.message >= 0 && entry.folder !== ALL_MAIL && isFree(user, entry),
    );
    if (entries.length === 0) return;
    const entry = this.#random.pick(entries);
    const others = [...FOLDERS, 'INBOX', ...(this.#random.next() < 0.1 ? ['Junk'] : [])].filter(
      (one) => one !== entry.folder,
    );
    if (act === 'move') await user.live.move(entry, this.#random.pick(others));
    else if (act === 'copy')
      await user.live.copy(entry, this.#random.pick(FOLDERS.filter((one) => one !== entry.folder)));
    else if (act === 'trash') await this.#trash(user, entry);
    else await user.live.remove(entry);
  }

  async #arrive(folder: string): Promise<void> {
    const names = this.#users.filter(() => this.#random.next() < 0.5).map(({ address }) => address);
    const [first = this.#random.pick(this.#users).address, ...rest] = names;
    const bcc = rest.length > 0 && this.#random.next() < 0.2 ? rest.splice(0, 1) : [];
    const mail = this.#compose(this.#random.pick(SENDERS), [first, ...rest], bcc);
    await this.#deliver(mail, folder);
  }

  async #arriveByAlias(): Promise<void> {
    await this.#deliver(this.#compose(this.#random.pick(SENDERS), [ALIAS], []), 'INBOX');
  }

  async #send(user: YearUser): Promise<void> {
    const to = ['orders@supplier.example', this.#random.pick(this.#users).address];
    const mail = this.#compose(user.address, [...new Set(to)], []);
    await this.#deliver(mail, 'INBOX');
    const isRendered = user.system === 'exchange' && mail.hasMessageId;
    await this.#keep(user, mail, 'Sent', isRendered ? rerendered(mail, user.address) : mail.raw);
  }

  #compose(from: string, to: readonly string[], bcc: readonly string[]): YearMail {
    const isPlain = to.includes(ALIAS) || this.#contents.length === 0 || this.#random.next() < 0.5;
    const content = isPlain ? undefined : this.#random.pick(this.#contents);
    const hasMessageId = to.includes(ALIAS) || this.#random.next() > 0.05;
    const message = this.#mails.length;
    const mail = composed({ message, from, to, bcc, date: this.#now(), hasMessageId }, content);
    this.#mails.push(mail);
    return mail;
  }

  /** Journals a message, if journaling works, and delivers it to all that it is for. */
  async #deliver(mail: YearMail, folder: string): Promise<void> {
    const { message, from, to, bcc } = mail;
    if (!this.isJournalDown) await this.#send250(mail);
    for (const user of this.#users) {
      const isRecipient = [...to, ...bcc].some((address) => address === user.address || this.#isAliasOf(user, address));
      const filed = [
        ...(isRecipient && !(to.includes(ALIAS) && !this.hasAlias) ? ['Inbox'] : []),
        ...(from === user.address ? ['Sent'] : []),
      ];
      if (!isRecipient && filed.length === 0) continue;
      if (this.isJournalDown) user.model.lost(message);
      else user.model.journaled(message, filed);
      if (isRecipient) await this.#keep(user, mail, folder, this.#rendered(user, mail));
    }
  }

  #isAliasOf(user: YearUser, address: string): boolean {
    return address === ALIAS && user.system === 'exchange';
  }

  /** Mail to an address that nobody is known to have is told by its content: it is kept as it came. */
  #rendered({ system, address }: YearUser, mail: YearMail): Buffer {
    const isRendered = system === 'exchange' && mail.hasMessageId && !mail.to.includes(ALIAS);
    return isRendered ? rerendered(mail, address) : delivered(mail, address);
  }

  async #keep({ live, system }: YearUser, { message, date }: YearMail, folder: string, raw: Buffer): Promise<void> {
    await live.append(message, folder, raw, date, ['\\Seen']);
    if (system !== 'gmail' || folder === 'Junk') return;
    const kept = live.entries.at(-1);
    if (kept && !live.foldersOf(message).includes(ALL_MAIL)) await live.copy(kept, ALL_MAIL);
  }

  /** A mail system tries until it is told that the message is there. */
  async #send250(mail: YearMail, hop?: string): Promise<void> {
    const isReport = mail.bcc.length > 0 || this.#random.next() < 0.6;
    const raw = isReport ? journaled(mail, hop) : delivered(mail, mail.to[0] ?? '', hop);
    for (;;) {
      const { port, address } = this.#journal();
      const answer = await sendExactly(port, 'journal@example.org', address, raw).catch(() => '');
      if (answer.startsWith('250')) return;
      if (answer.startsWith('5')) throw new Error(`the journal endpoint refuses mail: ${answer}`);
      await pause(50);
    }
  }

  /** The same message comes once more, by another way. */
  async #redeliver(): Promise<void> {
    const mail = this.#mails[this.#random.between(0, this.#mails.length)];
    if (!mail?.isPlain || !mail.hasMessageId || mail.to.includes(ALIAS)) return;
    if (this.#users.some(({ model }) => model.isLost(mail.message))) return;
    if (!this.isJournalDown) await this.#send250(mail, 'backup');
    for (const user of this.#users) {
      if ([...mail.to, ...mail.bcc].includes(user.address)) {
        await this.#keep(user, mail, 'INBOX', this.#rendered(user, mail));
      }
    }
  }

  /** A mail program moves it; Gmail takes all its labels away. */
  async #trash({ live, system }: YearUser, entry: LiveEntry): Promise<void> {
    if (entry.folder === 'Trash') return await live.remove(entry);
    if (system === 'gmail') {
      for (const other of live.entries.filter((one) => one.message === entry.message && one !== entry)) {
        await live.remove(other);
      }
    }
    await live.move(entry, 'Trash');
  }

  async #renameFolder({ live }: YearUser): Promise<void> {
    const own = live.folders.filter((folder) => !SYSTEM_FOLDERS.includes(folder));
    if (own.length > 0) await live.rename(this.#random.pick(own), `Renamed ${this.acts}`);
  }

  async #deleteFolder({ live, system }: YearUser): Promise<void> {
    const isLeaf = (folder: string) => !live.folders.some((other) => other.startsWith(`${folder}/`));
    const own = live.folders.filter((folder) => !SYSTEM_FOLDERS.includes(folder) && isLeaf(folder));
    if (own.length > 0 && system !== 'exchange') await live.delete(this.#random.pick(own));
  }

  /** A time of the day that is played. */
  #now(): Date {
    return new Date(this.day.getTime() + this.#random.between(0, 86_399) * 1_000);
  }
}
