import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeededRandom } from '../../infra/local/demo/seeded-random.ts';
import { SmtpClient } from '../../infra/local/demo/smtp-client.ts';
import { Archive } from './archive.ts';
import { type Dovecot, startDovecot } from './dovecot.ts';
import { SyncedUser, testMail } from './folder-sync-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

const USER = 'killed';
const MESSAGES = 240;
const KILLS = 6;
const FOLDERS = ['INBOX', 'Work', 'Work/2026', 'Play', 'Archive'];
/** Journaling is down for these. */
const MISSED_EVERY = 12;

let system: LocalSystem;
let dovecot: Dovecot;

beforeAll(async () => {
  [system, dovecot] = await Promise.all([startLocalSystem(), startDovecot()]);
});
afterAll(async () => {
  await dovecot?.stop();
  await discard(system);
});

test('a synchronisation that is killed again and again while mail moves ends where the live mailbox is', async () => {
  const random = new SeededRandom(4711);
  const password = system.adminPassword;
  let archive = await Archive.signIn(system);
  const endpoint = await archive.createEndpoint('journal');
  const user = await SyncedUser.create(USER, { archive, dovecot, system, endpoint });
  /** In which live folders each message lies. */
  const model = new Map<string, Set<string>>();
  const missed: string[] = [];
  const client = await SmtpClient.open('127.0.0.1', system.smtpPort);
  for (let number = 0; number < MESSAGES; number += 1) {
    const subject = `number-${String(number).padStart(4, '0')}`;
    const raw = testMail(USER, { subject });
    if (number % MISSED_EVERY === 0) missed.push(subject);
    else await client.send('journal@example.org', endpoint.address, raw);
    const folder = random.pick(FOLDERS);
    await user.deliver(raw, folder === 'INBOX' ? '' : folder);
    model.set(subject, new Set([folder]));
  }
  await client.close();
  await archive.filed();
  expect(await user.filed()).toHaveLength(MESSAGES - missed.length);

  const moveSome = async () => {
    for (let change = 0; change < 6; change += 1) {
      const [subject, folders] = random.pick([...model]);
      const [from = ''] = folders;
      const to = random.pick(FOLDERS.filter((folder) => !folders.has(folder)));
      const isCopy = random.next() < 0.3;
      await user.doveadm(isCopy ? 'copy' : 'move', to, 'mailbox', from, 'subject', subject);
      if (!isCopy) folders.delete(from);
      folders.add(to);
    }
  };
  const isRunning = async (jobId: string | undefined) =>
    jobId !== undefined &&
    (await archive.json<{ readonly state: string }>('GET', `/jobs/${jobId}`)).state !== 'finished';
  const jobIds: string[] = [];
  let killsOfRunningJobs = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    if (!(await isRunning(jobIds.at(-1)))) {
      const job = await archive.json<{ readonly jobId: string }>('POST', `/profiles/${user.profileId}/jobs`);
      jobIds.push(job.jobId);
    }
    await pause(random.between(20, 700));
    if (await isRunning(jobIds.at(-1))) killsOfRunningJobs += 1;
    await system.kill();
    await moveSome();
    system = await startLocalSystem({ dataDir: system.dataDir });
    archive = await Archive.signIn(system, password);
    user.reconnect(archive);
  }
  expect(killsOfRunningJobs).toBeGreaterThan(0);
  for (const jobId of jobIds) expect(await archive.finishedJob(jobId)).toMatchObject({ outcome: 'succeeded' });
  expect(await user.sync()).toMatchObject({ outcome: 'succeeded', details: { missing: missed.length, ambiguous: 0 } });
  expect((await user.sync()).details).toMatchObject({ compared: 0, moved: 0, filedFurther: 0, merged: 0 });
  const expected = [...model].flatMap(([subject, folders]) =>
    missed.includes(subject) ? [] : [...folders].map((folder) => `${folder.replace('INBOX', 'Inbox')}: ${subject}`),
  );
  expect(await user.filed()).toEqual(expected.toSorted());
}, 240_000);
