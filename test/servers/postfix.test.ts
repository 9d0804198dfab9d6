import { afterAll, beforeAll, expect, test } from 'vitest';
import { Archive, type Endpoint } from './archive.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { type Postfix, startPostfix } from './postfix.ts';
import { runProgram, trickyMail, withFile } from './programs.ts';

let system: LocalSystem;
let archive: Archive;
let endpoint: Endpoint;
let postfix: Postfix | undefined;

beforeAll(async () => {
  system = await startLocalSystem();
  archive = await Archive.signIn(system);
  endpoint = await archive.createEndpoint('postfix');
  postfix = await startPostfix(endpoint.address, system.smtpPort);
});
afterAll(async () => {
  await postfix?.stop();
  await discard(system);
});

test('a Postfix with always_bcc journals what it relays: the mail as it was, under trace fields of its own', async () => {
  const mail = trickyMail('through postfix', 'Reader <reader@example.org>');
  const mailboxId = await archive.createMailbox('Reader', 'reader@example.org');
  const sent = await withFile(mail, (path) => {
    const envelope = ['--mail-from', 'sender@example.org', '--mail-rcpt', 'reader@example.org'];
    return runProgram('curl', ['-sS', `smtp://127.0.0.1:${postfix?.port}`, ...envelope, '-T', path]);
  });
  expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
  const { archiveId, folder } = await archive.arrival(mailboxId, 'through postfix');
  expect(folder).toBe('Inbox');
  const raw = (await archive.raw(archiveId)).toString('latin1');
  expect(raw.endsWith(mail.toString('latin1'))).toBe(true);
  expect(raw).toMatch(/^Received: from .*\r\n\tby mail\.example\.org \(Postfix\)/m);
});
