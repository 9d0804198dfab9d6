/**
 * node test/bench/fill-mailbox.ts PATH MAILDIR MESSAGES FOLDERS
 *
 * Fills a Maildir with messages made of the mail under PATH, each another one, and prints how many bytes they are.
 */
import { putMail } from '../servers/dovecot.ts';
import { mailFiles } from './mail-files.ts';

const [from = '', maildir = '', messages, folderCount] = process.argv.slice(2);
const wanted = Number(messages);
const folders = Number(folderCount);
let count = 0;
let bytes = 0;
for (let round = 0; count < wanted; round += 1) {
  const before = count;
  for await (const raw of mailFiles(from)) {
    if (count >= wanted) break;
    const message = another(raw, round);
    const folder = count % folders === 0 ? '' : `folder ${count % folders}/`;
    await putMail(maildir, [[`${folder}cur/${count}.x:2,S`, message]]);
    count += 1;
    bytes += message.length;
  }
  if (count === before) throw new Error(`no mail under ${from}`);
}
console.log(bytes);

/** The same mail as another message. */
function another(raw: Buffer, round: number): Buffer {
  if (round === 0) return raw;
  const message = Buffer.concat([Buffer.from(`X-Round: ${round}\r\n`), raw]);
  const header = message.toString('latin1', 0, Math.min(message.length, 16_384));
  const changed = header.replace(/^(message-id:\s*<)/im, `$1r${round}.`);
  return Buffer.concat([Buffer.from(changed, 'latin1'), message.subarray(16_384)]);
}
