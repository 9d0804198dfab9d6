import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

let running: RunningSystem;

afterEach(async () => {
  await running.stop();
  await removeData(running);
});

const fields = (id: string) => ({
  From: 'anna@example.org',
  To: 'bert@example.org',
  Subject: id,
  Date: new Date().toUTCString().replace('GMT', '+0000'),
  'Message-ID': `<${id}@example.org>`,
});

/** Everything an administrator sees of an archive, without what differs from run to run. */
async function everything({ api }: RunningSystem) {
  const list = async (path: string) => (await api.get(`${path}?limit=200`)).items;
  const mailboxes = await list('/mailboxes');
  const perMailbox = await Promise.all(
    mailboxes.map(async ({ mailboxId }: { mailboxId: string }) => ({
      mailboxId,
      folders: (await api.get(`/mailboxes/${mailboxId}/folders`)).items,
      messages: await api.allMessages(mailboxId),
      access: await list(`/mailboxes/${mailboxId}/access`),
    })),
  );
  const archiveIds = [
    ...new Set(perMailbox.flatMap(({ messages }) => messages.map((row: { archiveId: string }) => row.archiveId))),
  ].sort();
  const messages = await Promise.all(
    archiveIds.map(async (archiveId) => ({
      message: await api.get(`/messages/${archiveId}`),
      arrivals: (await api.get(`/messages/${archiveId}/arrivals`)).items,
    })),
  );
  // When mail came last is counted for the watch of the endpoints, and not rebuilt.
  const endpoints = (await list('/journal-endpoints')).map(
    ({ lastArrivalAt: _, ...endpoint }: { lastArrivalAt?: string; endpointId: string }) => endpoint,
  );
  const arrivals = await Promise.all(
    endpoints.map(({ endpointId }: { endpointId: string }) => list(`/journal-endpoints/${endpointId}/arrivals`)),
  );
  const users = (await list('/users')).map(({ userName }: { userName: string }) => userName);
  return {
    mailboxes,
    perMailbox,
    messages,
    endpoints,
    arrivals,
    users,
    domains: await list('/domains'),
    quarantine: await list('/quarantine'),
  };
}

async function filled(): Promise<RunningSystem> {
  running = await startSystem();
  const { api, system } = running;
  await api.post('/domains', { domain: 'example.org' });
  await api.mailbox('anna@example.org', ['a.miller@example.org']);
  await api.mailbox('bert@example.org');
  await api.post('/users', { userName: 'carla', privileges: ['login'], password: 'a long password' });
  const { address, endpointId, mailboxId } = await api.endpoint({ unknownAddresses: 'create' });
  const to = { from: 'anna@example.org', to: [address] };
  const one = mail(fields('one'));
  for (const raw of [one, mail(fields('two')), mail(fields('three'))]) await send(system.smtpPort, to, raw);
  await send(system.smtpPort, to, one);
  await send(system.smtpPort, to, `Received: by mx.test; Sat, 21 Nov 2026 10:00:00 +0000\r\n${one}`);
  await send(system.smtpPort, to, 'no mail at all');
  await api.filed();
  expect(await api.allMessages(mailboxId)).toHaveLength(3);
  const { items } = await api.get(`/journal-endpoints/${endpointId}/arrivals`);
  expect(items).toHaveLength(6);
  return running;
}

describe('the state of an archive', () => {
  test('is all there after a restart', async () => {
    const before = await everything(await filled());
    await running.stop();
    running = await startSystem({ dataDir: running.dataDir });
    expect(await everything(running)).toEqual(before);
    expect(running.system.generatedPassword).toBeUndefined();
  });

  test('comes back from the archive bucket alone when all tables are deleted', async () => {
    const before = await everything(await filled());
    await running.stop();
    for (const name of await readdir(running.dataDir)) {
      if (name.startsWith('tables.sqlite')) await rm(join(running.dataDir, name));
    }
    await rm(join(running.dataDir, 'objects', 'derived'), { recursive: true, force: true });
    running = await startSystem({ dataDir: running.dataDir });
    expect(await everything(running)).toEqual(before);
  });

  test('is the same after a rebuild over tables that are there', async () => {
    const before = await everything(await filled());
    const { jobId } = await running.api.post('/maintenance/rebuild', {});
    expect((await running.api.ended(jobId)).outcome).toBe('succeeded');
    expect((await running.api.get(`/jobs/${jobId}/log`)).items).toHaveLength(1);
    expect(await everything(running)).toEqual(before);
  });

  test('lies in a directory that is its owner’s alone', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'letterlock-test-'));
    running = await startSystem({ dataDir: join(parent, 'new') });
    expect((await stat(running.dataDir)).mode & 0o777).toBe(0o700);
  });

  test('belongs to one process: a second one on the same directory is refused', async () => {
    await filled();
    await expect(startSystem({ dataDir: running.dataDir })).rejects.toThrow(/storage failed/);
  });
});
