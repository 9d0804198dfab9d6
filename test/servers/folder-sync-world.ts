import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { SmtpClient } from '../../infra/local/demo/smtp-client.ts';
import type { Archive, Endpoint, FinishedJob } from './archive.ts';
import type { Dovecot } from './dovecot.ts';
import { newProfile } from './fetch-world.ts';
import type { LocalSystem } from './local-system.ts';

/** What a test says of a message. */
export interface TestMail {
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
  /** Left out: one of its own. `null`: none. */
  readonly messageId?: string | null;
  readonly text?: string;
  readonly date?: string;
}

let mails = 0;

/** A message with the line ends of SMTP. */
export function testMail(user: string, { subject, from, to, messageId, text, date }: TestMail): Buffer {
  mails += 1;
  const id = messageId === undefined ? `<${mails}.${user}@example.org>` : messageId;
  return Buffer.from(
    [
      ...(id === null ? [] : [`Message-ID: ${id}`]),
      `Date: ${date ?? 'Mon, 2 Mar 2026 10:00:00 +0000'}`,
      `From: ${from ?? 'Sender <sender@example.com>'}`,
      `To: ${to ?? `${user}@example.org`}`,
      `Subject: ${subject}`,
      '',
      text ?? `The text of ${subject}.`,
      '',
    ].join('\r\n'),
  );
}

/** A user whose mail is journaled and delivered, with a profile that synchronises the folders of both. */
export class SyncedUser {
  readonly user: string;
  readonly mailboxId: string;
  readonly profileId: string;
  #archive: Archive;
  readonly #dovecot: Dovecot;
  readonly #smtp: { readonly port: number; readonly endpoint: Endpoint };
  #files = 0;

  private constructor(
    user: string,
    { mailboxId, profileId }: { readonly mailboxId: string; readonly profileId: string },
    archive: Archive,
    dovecot: Dovecot,
    smtp: { readonly port: number; readonly endpoint: Endpoint },
  ) {
    this.user = user;
    this.mailboxId = mailboxId;
    this.profileId = profileId;
    this.#archive = archive;
    this.#dovecot = dovecot;
    this.#smtp = smtp;
  }

  /** The mailbox's address is `<user>-<number>@example.org`, as tests share an archive; `address` tells it. */
  static async create(
    user: string,
    world: {
      readonly archive: Archive;
      readonly dovecot: Dovecot;
      readonly system: Pick<LocalSystem, 'smtpPort'>;
      readonly endpoint: Endpoint;
    },
    change: object = {},
  ): Promise<SyncedUser> {
    const { archive, dovecot, system, endpoint } = world;
    const profile = await newProfile(archive, dovecot, user, { kind: 'folder-sync', ...change });
    const { mailboxId } = profile;
    await archive.json('PATCH', `/mailboxes/${mailboxId}`, { primaryAddress: `${user}@example.org` });
    return new SyncedUser(user, profile, archive, dovecot, { port: system.smtpPort, endpoint });
  }

  /** Goes on with a system that was started anew. */
  reconnect(archive: Archive): void {
    this.#archive = archive;
  }

  /** Journals a message, and waits until it is archived. */
  async journal(raw: Buffer, { isOurs = true } = {}): Promise<void> {
    const client = await SmtpClient.open('127.0.0.1', this.#smtp.port);
    await client.send('journal@example.org', this.#smtp.endpoint.address, raw);
    await client.close();
    const subject = /^Subject: (.*)\r$/m.exec(raw.toString('latin1'))?.[1] ?? '';
    await this.#archive.arrival(isOurs ? this.mailboxId : this.#smtp.endpoint.mailboxId, subject);
  }

  /** Puts a message into a live folder, where it has lain since yesterday. */
  async deliver(raw: Buffer, folder = '', flags = 'S'): Promise<void> {
    this.#files += 1;
    const path = `${folder === '' ? '' : `${folder}/`}cur/${this.#files}.${this.user}:2,${flags}`;
    await this.#dovecot.put(this.user, [[path, raw]]);
    const yesterday = new Date(Date.now() - 24 * 60 * 60_000);
    await utimes(join(this.#dovecot.mailOf(this.user), path), yesterday, yesterday);
  }

  async receive(mail: TestMail, folder = ''): Promise<Buffer> {
    const raw = testMail(this.user, mail);
    await this.journal(raw);
    await this.deliver(raw, folder);
    return raw;
  }

  doveadm(command: string, ...args: readonly string[]): Promise<string> {
    return this.#dovecot.doveadm(...command.split(' '), '-u', this.user, ...args);
  }

  async sync(): Promise<FinishedJob> {
    return await this.#archive.runProfile(this.profileId);
  }

  /** `folder: subject` of all filings, sorted. */
  async filed(): Promise<readonly string[]> {
    const all = await this.#archive.listAll(this.mailboxId);
    return all.map(({ folder, subject }) => `${folder}: ${subject}`).toSorted();
  }
}
