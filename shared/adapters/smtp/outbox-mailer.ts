import { randomBytes } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { StorageError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Mailer } from '../../ports/mailer.ts';
import { nodemailerMail } from './mail-text.ts';

/**
 * `Mailer` where there is no relay: each mail becomes an EML file of `directory`, named by its time, its recipients in
 * the field Bcc, so that `sendmail -t` and mail programs can send it.
 */
export function createOutboxMailer(options: {
  readonly directory: string;
  readonly from: string;
  readonly clock: Clock;
}): Mailer {
  const { directory, from, clock } = options;
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  return {
    async send(mail) {
      const { headers, ...message } = nodemailerMail(mail, from);
      const bcc = { key: 'Bcc', value: mail.to.join(', ') };
      const fields = [...Object.entries(headers).map(([key, value]) => ({ key, value })), bcc];
      const { message: bytes } = await transport.sendMail({ ...message, headers: fields, date: clock.now() });
      if (!(bytes instanceof Uint8Array)) throw new TypeError('a mail was made that is no bytes');
      const name = `${clock.now().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
      try {
        await writeDurably(directory, `${name}.eml`, bytes);
      } catch (error) {
        throw new StorageError('write a mail to the outbox', { cause: error });
      }
    },
  };
}

async function writeDurably(directory: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = join(directory, `.${name}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(directory, name));
  const folder = await open(directory);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
