import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { openDirectoryBucket } from '../../functions/cli/directory-bucket.ts';
import { verifyAudit } from '../../shared/usecases/audit/verify-audit.ts';
import { startChild } from './killed-system.ts';
import { Api } from './running-system.ts';

const PASSWORD = 'correct horse battery';
const CLIENTS = 6;

interface Options {
  readonly kills: number;
  readonly requests: number;
}

/**
 * Reads from several clients while the system is killed with SIGKILL at random moments and started again, until
 * `kills` are done and `requests` were answered; then checks that every answered request has its event, once, and that
 * the trail is whole: by the system's own job, and from the bucket alone.
 */
export async function auditCrashRounds(options: Options): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-audit-crash-'));
  try {
    await rounds(dataDir, options);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function rounds(dataDir: string, { kills, requests }: Options): Promise<void> {
  let child = await startChild(dataDir, PASSWORD);
  const first = await signedIn(child.origin);
  const mailboxId = await first.mailbox('a@example.org');
  const answered = new Set<string>();
  let next = 0;
  let killsLeft = kills;
  const isDone = () => killsLeft === 0 && answered.size >= requests;
  const client = async () => {
    while (!isDone()) {
      const folder = `f-${next++}`;
      // The token is good across starts.
      const answer = await first
        .fetchFrom(child.origin, `/mailboxes/${mailboxId}/messages?folder=${folder}`)
        .catch(() => undefined);
      if (answer?.status === 200) answered.add(folder);
      else await pause(20);
    }
  };
  const killer = async () => {
    while (killsLeft > 0) {
      await pause(50 + Math.random() * 400);
      await child.kill();
      child = await startChild(dataDir, PASSWORD);
      killsLeft -= 1;
    }
  };
  try {
    await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);
    await check(await signedIn(child.origin), answered, kills);
  } finally {
    await child.kill();
  }
  const report = await verifyAudit(await openDirectoryBucket(dataDir));
  expect(report).toMatchObject({ faults: 0, first: [] });
}

async function check(api: Api, answered: ReadonlySet<string>, kills: number): Promise<void> {
  const recorded: string[] = [];
  let cursor = '';
  do {
    const page = await api.get(`/audit-events?category=read&limit=200${cursor && `&cursor=${cursor}`}`);
    recorded.push(...page.items.flatMap((event: { detail?: { folder?: string } }) => event.detail?.folder ?? []));
    cursor = page.cursor ?? '';
  } while (cursor);
  expect([...answered].filter((folder) => !recorded.includes(folder))).toEqual([]);
  expect(new Set(recorded).size).toBe(recorded.length);
  expect(recorded.length).toBeLessThanOrEqual(answered.size + (kills + 1) * CLIENTS);

  const { jobId } = await api.post('/maintenance/verify', { audit: true });
  for (;;) {
    const job = await api.get(`/jobs/${jobId}`);
    if (job.state !== 'finished') {
      await pause(50);
      continue;
    }
    expect(job).toMatchObject({ outcome: 'succeeded', details: { faults: 0 } });
    return;
  }
}

async function signedIn(origin: string): Promise<Api> {
  const api = new Api(origin);
  await api.signIn('admin', PASSWORD);
  return api;
}
