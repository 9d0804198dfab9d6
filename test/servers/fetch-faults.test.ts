import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import { until } from '../until.ts';
import { Archive } from './archive.ts';
import { type Dovecot, PASSWORD, startDovecot } from './dovecot.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { imapServer, mailFor, newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;
let archive: Archive;
let dovecot: Dovecot;
let proxy: FaultyProxy;

beforeAll(async () => {
  [system, dovecot] = await Promise.all([startLocalSystem(), startDovecot({ format: 'maildir' })]);
  archive = await Archive.signIn(system);
  proxy = await startFaultyProxy(dovecot.imapPort);
});
afterAll(async () => {
  await proxy?.stop();
  await dovecot?.stop();
  await discard(system);
});

/** A mailbox with messages of 4 KB each in several folders, and a profile that fetches it through the proxy. */
async function mailbox(userName: string, messages: number, folders = 5) {
  const mail = mailFor(userName);
  const text = `${'line of text\r\n'.repeat(300)}`;
  const files = Array.from({ length: messages }, (_, n) => {
    const folder = n % folders === 0 ? '' : `Folder ${n % folders}/`;
    return [`${folder}cur/${n}.x:2,`, mail(n, `number ${n}`, text)] as const;
  });
  await dovecot.put(userName, files);
  return await newProfile(archive, { imapPort: proxy.port }, userName, {
    server: { ...imapServer(proxy.port), timeoutSeconds: 5 },
  });
}

test('a connection that is cut again and again: all is archived in the end, once, and counted once', async () => {
  const { profileId, mailboxId } = await mailbox('cut', 400);
  let cut = 0;
  proxy.faults = { cutAfterBytes: () => 150_000 + 37_777 * (cut++ % 7) };
  const job = await archive.runProfile(profileId, 120_000);
  proxy.faults = {};
  expect(cut).toBeGreaterThan(3);
  expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 400, archived: 400 } });
  expect(await archive.listAll(mailboxId)).toHaveLength(400);
});

test('a connection that never gets anywhere: the job says so, and what it got is there', async () => {
  const { profileId, mailboxId } = await mailbox('never', 200, 1);
  // Not even the list of messages comes through.
  proxy.faults = { cutAfterBytes: () => 9_000 };
  const job = await archive.runProfile(profileId, 150_000);
  proxy.faults = {};
  expect(job.outcome).toBe('disconnected');
  const { seen = 0, archived = 0 } = job.counts;
  expect(seen).toBe(archived);
  const again = await archive.runProfile(profileId);
  expect(again).toMatchObject({ outcome: 'succeeded' });
  expect(await archive.listAll(mailboxId)).toHaveLength(200);
  expect((again.counts.seen ?? 0) + seen).toBe(200);
}, 200_000);

test('a server that falls silent: the session is given up after the time that the profile says', async () => {
  const { profileId } = await mailbox('silent', 100);
  let connections = 0;
  proxy.faults = { stallAfterBytes: () => (connections++ === 0 ? 120_000 : Number.POSITIVE_INFINITY) };
  const job = await archive.runProfile(profileId);
  proxy.faults = {};
  expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 100, archived: 100 } });
  expect(connections).toBeGreaterThan(1);
});

test('a job that is cancelled ends long before it is done, in the middle of a message too, and the next goes on', async () => {
  const { profileId, mailboxId } = await mailbox('cancel', 300);
  proxy.faults = { bytesPerSecond: 50_000 };
  const before = proxy.passedBytes;
  const passed = async () => proxy.passedBytes - before;
  const { jobId } = await archive.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`);
  // More than lists of messages take; with the messages it is over a million.
  await until('messages to be fetched', passed, { isWanted: (bytes) => bytes > 100_000 });
  await archive.json('POST', `/jobs/${jobId}/cancel`);
  const job = await archive.finishedJob(jobId);
  expect(await passed()).toBeLessThan(1_000_000);
  expect(job.outcome).toBe('cancelled');
  proxy.faults = {};
  const again = await archive.runProfile(profileId);
  expect(again.outcome).toBe('succeeded');
  expect(await archive.listAll(mailboxId)).toHaveLength(300);
});

test('a mailbox is fetched by one job at a time, whatever profile names it', async () => {
  const one = await mailbox('single', 60);
  const other = await newProfile(archive, { imapPort: proxy.port }, 'single');
  proxy.faults = { bytesPerSecond: 50_000 };
  const start = (profileId: string) => archive.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`);
  const [first, second] = [await start(one.profileId), await start(other.profileId)];
  await expect(start(one.profileId)).rejects.toThrow(/conflict/);
  const jobs = await Promise.all([first, second].map(({ jobId }) => archive.finishedJob(jobId)));
  proxy.faults = {};
  expect(jobs.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  // Whichever of the two begins.
  const byArchived = jobs.map(({ counts }) => counts).toSorted((a, b) => (b.archived ?? 0) - (a.archived ?? 0));
  expect(byArchived).toMatchObject([{ archived: 60 }, { duplicate: 60 }]);
});

/** A message of 16 MB takes so long over this line that it, and each part of it that is asked for, outlasts the time. */
const SLOW_BYTES_PER_SECOND = 700_000;
const SLOW_TIMEOUT_SECONDS = 5;

test('a large message over a slow line comes whole: the time that a server has runs anew with each byte', async () => {
  const mail = mailFor('slow')(1, 'slow', `${'0123456789'.repeat(7)}\r\n`.repeat(230_000));
  await dovecot.put('slow', [['cur/1.x:2,', mail]]);
  proxy.faults = { bytesPerSecond: SLOW_BYTES_PER_SECOND };
  const open = createOpenSource({ clock: systemClock, loopbackHttp: true });
  const at = { protocol: 'imap', host: '127.0.0.1', port: proxy.port, security: 'plain' } as const;
  const credentials = { method: 'password', userName: 'slow', password: PASSWORD } as const;
  const source = await open({ ...at, acceptAllCertificates: false, timeoutSeconds: SLOW_TIMEOUT_SECONDS }, credentials);
  const inbox = (await source.folders()).find(({ path }) => path.join('/') === 'INBOX');
  if (!inbox) throw new Error('no INBOX');
  const folder = await source.open(inbox);
  const [facts] = (await folder.list('')).messages;
  if (!facts) throw new Error('no message');
  const started = Date.now();
  const hash = createHash('sha256');
  for await (const piece of folder.stream(facts)) hash.update(piece);
  proxy.faults = {};
  expect(Date.now() - started).toBeGreaterThan(2 * SLOW_TIMEOUT_SECONDS * 1_000);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(mail).digest('hex'));
  await source.close();
});
