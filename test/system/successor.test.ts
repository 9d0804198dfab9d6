import { afterEach, expect, test } from 'vitest';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem | undefined;

afterEach(async () => {
  await running?.stop();
  if (running) await removeData(running);
  running = undefined;
});

test('a successor on the same address gets the mail of their own time, and nothing of the predecessor', async () => {
  running = await startSystem();
  const { api, system } = running;
  const { address } = await api.endpoint();
  const deliver = (subject: string) =>
    send(
      system.smtpPort,
      { from: 'a@example.net', to: [address] },
      mail({ From: 'a@example.net', To: 'sales@example.org', Subject: subject, 'Message-ID': `<${subject}@x>` }),
    );
  const newUser = (userName: string) =>
    api.post('/users', {
      userName,
      emailAddresses: ['sales@example.org'],
      createMailbox: true,
      password: 'a long password',
    });
  const subjects = async (mailboxId: string, count: number) =>
    (await api.messages(mailboxId, count)).map(({ subject }) => subject);

  const ann = await newUser('ann');
  await api.grantRead(ann.mailboxId);
  await deliver('for-ann');
  expect(await subjects(ann.mailboxId, 1)).toEqual(['for-ann']);

  // Ann leaves: neither disabling nor deleting her touches mailbox or mail, and the address is still the mailbox's.
  await api.post('/users/ann', { disabled: true }, 'PATCH');
  await api.post('/users/ann', {}, 'DELETE');
  await expect(newUser('ben')).rejects.toThrow('address_in_use');
  await deliver('after-ann-left');
  expect(await subjects(ann.mailboxId, 2)).toEqual(['after-ann-left', 'for-ann']);

  await api.post(`/mailboxes/${ann.mailboxId}`, { primaryAddress: null }, 'PATCH');
  const ben = await newUser('ben');
  await api.grantRead(ben.mailboxId);
  await deliver('for-ben');
  expect(await subjects(ben.mailboxId, 1)).toEqual(['for-ben']);
  expect(await subjects(ann.mailboxId, 2)).toEqual(['after-ann-left', 'for-ann']);

  await api.signIn('ben', 'a long password');
  expect((await api.get('/mailboxes')).items.map(({ mailboxId }: { mailboxId: string }) => mailboxId)).toEqual([
    ben.mailboxId,
  ]);
  const [mine] = await api.messages(ben.mailboxId, 1);
  expect((await api.get(`/messages/${mine.archiveId}`)).filings).toHaveLength(1);
  const theirs = await api.fetch(`/mailboxes/${ann.mailboxId}/messages`);
  expect(theirs.status).toBe(404);
});
