import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { startLocalSystem } from '../../infra/local/local-system.ts';
import { readSettings } from '../../infra/local/settings.ts';

/**
 * Prints how long reading takes while nobody signs in, and while 200 wrong passwords a second come from a hundred
 * networks; beside them as many requests that do nothing (`health`): rounds of all in turn over one system, the p50 and
 * p95 of each, and what became of the attempts. usage: node test/bench/sign-in.ts [SECONDS] [ATTEMPTS_PER_SECOND]
 */
const [seconds = 5, perSecond = 200] = process.argv.slice(2).map(Number);
const ROUNDS = 3;
const READS_AT_ONCE = 4;
const PASSWORD = 'correct horse battery';

const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-bench-'));
const settings = readSettings({
  LETTERLOCK_DATA_DIR: dataDir,
  LETTERLOCK_HTTP_PORT: '0',
  LETTERLOCK_SMTP_PORT: '0',
  LETTERLOCK_ADMIN_PASSWORD: PASSWORD,
});
const none = () => undefined;
const system = await startLocalSystem(settings, { info: none, warn: none, error: none });
const base = `http://127.0.0.1:${system.httpPort}/api/v1`;
try {
  await measure();
} finally {
  await system.stop();
  await rm(dataDir, { recursive: true, maxRetries: 5 });
}

async function measure(): Promise<void> {
  const { token } = await post('/sessions', { userName: 'admin', password: PASSWORD });
  const mailbox = await fill(token);
  const quiet: number[] = [];
  const health: number[] = [];
  const busy: number[] = [];
  await reads(token, mailbox, 1, []);
  const outcomes = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    await reads(token, mailbox, seconds, quiet);
    const others = await startFlood(new Map(), 'health');
    await reads(token, mailbox, seconds, health);
    await others.stop();
    const flood = await startFlood(outcomes, 'sign-in');
    await reads(token, mailbox, seconds, busy);
    await flood.stop();
  }
  const figures = { quiet: figuresOf(quiet), health: figuresOf(health), signIns: figuresOf(busy) };
  const ratio = figures.signIns.p95Ms / figures.quiet.p95Ms;
  const attempts = Object.fromEntries(outcomes);
  console.log(
    JSON.stringify({ seconds, perSecond, rounds: ROUNDS, ...figures, p95Ratio: ratio, attempts }, undefined, 2),
  );
}

/** A mailbox with a few messages, which the administrator may read. */
async function fill(token: string): Promise<string> {
  const { mailboxId, address } = await post('/journal-endpoints', { name: 'bench' }, token);
  await post(`/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] }, token, 'PUT');
  const transport = createTransport({ host: '127.0.0.1', port: system.smtpPort, tls: { rejectUnauthorized: false } });
  for (let i = 0; i < 50; i++) {
    const text = `Message-ID: <${i}@bench>\r\nFrom: a@example.net\r\nTo: b@example.org\r\nSubject: ${i}\r\n\r\n${'text '.repeat(400)}`;
    await transport.sendMail({ envelope: { from: 'a@example.net', to: [address] }, raw: text });
  }
  transport.close();
  for (;;) {
    const { items } = await get(`/mailboxes/${mailboxId}/messages`, token);
    if (items.length === 50) return mailboxId;
  }
}

/** Lists, opens and downloads, a few at once; adds the milliseconds of each request. */
async function reads(token: string, mailboxId: string, duration: number, times: number[]): Promise<void> {
  const until = performance.now() + duration * 1000;
  const { items } = await get(`/mailboxes/${mailboxId}/messages`, token);
  const ids: string[] = items.map(({ archiveId }: { archiveId: string }) => archiveId);
  const reader = async (first: number) => {
    for (let i = first; performance.now() < until; i++) {
      const id = ids[i % ids.length] ?? '';
      const path = [`/mailboxes/${mailboxId}/messages`, `/messages/${id}`, `/messages/${id}/raw`][i % 3] ?? '';
      const start = performance.now();
      const response = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, (_, i) => reader(i)));
}

/** Attempts from a process of its own that takes what time is left: in earnest they come from other machines. */
async function startFlood(outcomes: Map<number, number>, what: 'health' | 'sign-in') {
  const child = fork(new URL('./sign-in-flood.ts', import.meta.url), [base, String(perSecond), what]);
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  child.on('message', (status) => {
    if (typeof status === 'number') outcomes.set(status, (outcomes.get(status) ?? 0) + 1);
  });
  await once(child, 'message');
  return {
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function figuresOf(times: number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100;
  return { requests: sorted.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

async function get(path: string, token: string) {
  const response = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return JSON.parse(await response.text());
}

async function post(path: string, body: object, token?: string, method = 'POST') {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${base}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return JSON.parse(await response.text());
}
