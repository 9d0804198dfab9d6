import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { prepared, startChild } from './killed-system.ts';
import { type Api, mail, send } from './running-system.ts';

const SENDERS = 6;

/**
 * Sends mail from several clients while the system is killed with SIGKILL at random moments and started
 * again, until `kills` are done and `messages` are acknowledged; then checks that every acknowledged
 * message is there exactly once, undamaged, and that the ledger adds up.
 */
export async function crashRounds(options: { readonly kills: number; readonly messages: number }): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-crash-'));
  try {
    await rounds(dataDir, options);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function rounds(dataDir: string, { kills, messages }: { readonly kills: number; readonly messages: number }) {
  let endpoint = { address: '', mailboxId: '', endpointId: '' };
  const api = await prepared(dataDir, async (first) => {
    endpoint = await first.endpoint();
  });
  let child = await startChild(dataDir);
  const acknowledged = new Map<string, string>();
  let next = 0;
  let killsLeft = kills;
  const isDone = () => killsLeft === 0 && acknowledged.size >= messages;

  const sender = async () => {
    while (!isDone()) {
      const subject = `crash-${next++}`;
      const raw = mail(
        {
          From: 'a@b.test',
          To: 'c@d.test',
          Date: 'Sat, 21 Nov 2026 10:00:00 +0000',
          'Message-ID': `<${subject}@b.test>`,
          Subject: subject,
        },
        `${subject}\n`.repeat(50),
      );
      await send(child.smtpPort, { from: 'a@b.test', to: [endpoint.address] }, raw).then(
        () => acknowledged.set(subject, raw),
        () => pause(20),
      );
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
    await Promise.all([killer(), ...Array.from({ length: SENDERS }, sender)]);
    await check(api.at(child.origin), { acknowledged, ...endpoint });
  } finally {
    await child.kill();
  }
}

async function check(
  api: Api,
  {
    acknowledged,
    mailboxId,
    endpointId,
  }: { readonly acknowledged: ReadonlyMap<string, string>; readonly mailboxId: string; readonly endpointId: string },
): Promise<void> {
  // What was not acknowledged may be kept, too, and be filed last: list and ledger agree once all is done.
  await api.filed();
  const rows = await api.allMessages(mailboxId);
  const subjects = rows.map((row) => row.subject);
  expect(new Set(subjects).size).toBe(subjects.length);
  expect([...acknowledged.keys()].filter((subject) => !subjects.includes(subject))).toEqual([]);
  for (const row of rows) {
    const raw = (await api.raw(row.archiveId)).toString('latin1');
    // A message that was kept but not acknowledged may be there too: it was durable when the answer was lost.
    expect(raw).toBe(acknowledged.get(row.subject) ?? raw);
    expect(raw).toContain(`Subject: ${row.subject}\r\n`);
  }
  const outcomes = await allOutcomes(api, endpointId);
  expect(outcomes.filter((outcome) => outcome === 'archived')).toHaveLength(rows.length);
  expect(outcomes.every((outcome) => outcome === 'archived' || outcome === 'duplicate')).toBe(true);
}

async function allOutcomes(api: Api, endpointId: string): Promise<readonly string[]> {
  const outcomes: string[] = [];
  let cursor = '';
  do {
    const page = await api.get(`/journal-endpoints/${endpointId}/arrivals?limit=200${cursor && `&cursor=${cursor}`}`);
    outcomes.push(...page.items.map((item: { outcome: string }) => item.outcome));
    cursor = page.cursor ?? '';
  } while (cursor);
  return outcomes;
}
