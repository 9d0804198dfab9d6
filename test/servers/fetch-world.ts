import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive.ts';
import { type Dovecot, PASSWORD } from './dovecot.ts';

let mailboxes = 0;

/** A mailbox of the archive and a profile that fetches `userName` into it. */
export async function newProfile(
  archive: Archive,
  dovecot: Pick<Dovecot, 'imapPort'>,
  userName: string,
  change: object = {},
): Promise<{ readonly profileId: string; readonly mailboxId: string }> {
  mailboxes += 1;
  const mailboxId = await archive.createMailbox(userName, `${userName}-${mailboxes}@example.org`);
  const { profileId } = await archive.json<{ readonly profileId: string }>('POST', '/profiles', {
    name: userName,
    server: imapServer(dovecot.imapPort),
    credentials: { userName, password: PASSWORD },
    target: { mailboxId },
    ...change,
  });
  return { profileId, mailboxId };
}

export function imapServer(port: number): object {
  return { protocol: 'imap', host: '127.0.0.1', port, security: 'plain', timeoutSeconds: 5 };
}

/** Mail to a user, a message of its own for each number. */
export function mailFor(userName: string) {
  return (number: number, subject?: string, text?: string) => numberedMail(userName, number, subject, text);
}

function numberedMail(userName: string, number: number, subject = `number ${number}`, text = 'Hello'): Buffer {
  return Buffer.from(
    [
      `Message-ID: <${number}.${createHash('sha256').update(`${userName} ${subject}`).digest('hex').slice(0, 8)}@example.org>`,
      `Date: Mon, 2 Mar 2026 10:${String(number % 60).padStart(2, '0')}:00 +0000`,
      'From: Sender <sender@example.org>',
      `To: ${userName}@example.org`,
      `Subject: ${subject}`,
      '',
      text,
      '',
    ].join('\r\n'),
  );
}

/** What lies below a directory: path, SHA-256; the indexes of the server are left out. */
export async function contentOf(directory: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('dovecot')) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return found;
}
