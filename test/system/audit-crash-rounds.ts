import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { openDirectoryBucket } from '../../functions/cli/directory-bucket.ts';
import { verifyAudit } from '../../shared/usecases/audit/verify-audit.ts';
import { prepared, startChild } from './killed-system.ts';
import type { Api } from './running-system.ts';

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
  let mailboxId = '';
  const api = await prepared(dataDir, async (first) => {
    mailboxId = await first.mailbox('a@example.org');
  });
  let child = await startChild(dataDir);
  const answered = new Set<string>();
  let next = 0;
  let killsLeft = kills;
  const isDone = () => killsLeft === 0 && answered.size >= requests;
  const client = async () => {
    while (!isDone()) {
      const folder = `f-${next++}`;
      const answer = await api
        .at(child.origin)
        .fetch(`/mailboxes/${mailboxId}/messages?folder=${folder}`)
        .catch(() => undefined);
      if (answer?.status === 200) answered.add(folder);
      else await pause(20);
    }
  };
  const killer = async () => {
    while (killsLeft > 0) {
      await pause(50 + Math.random() * 400);
      await child.kill();
      child = await startChild(dataDir);
      killsLeft -= 1;
    }
  };
  try {
    await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);
    await check(api.at(child.origin), answered, kills);
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
  expect(await api.ended(jobId)).toMatchObject({ outcome: 'succeeded', details: { faults: 0 } });
}
