import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SMTP_LIMITS } from '../../infra/local/smtp/intake-limits.ts';
import { listenSmtp, type SmtpListener } from '../../infra/local/smtp/smtp-listener.ts';
import { loadTls } from '../../infra/local/tls.ts';
import { mail, send } from './running-system.ts';

let directory: string;
let listener: SmtpListener;
let queued: number;
let accepted: Buffer[];
let isFailing: boolean;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-smtp-'));
  [queued, accepted, isFailing] = [0, [], false];
  listener = await listenSmtp({
    host: '127.0.0.1',
    port: 0,
    tls: await loadTls(directory, {}),
    maxMessageBytes: 1_000_000,
    journalDomain: 'journal.test',
    find: async (localPart) => (localPart === 'j' ? { endpointId: 'ep-1', former: false } : undefined),
    accept: async (_facts, raw) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of raw) chunks.push(chunk);
      if (isFailing) throw new Error('the disk is full');
      accepted.push(Buffer.concat(chunks));
    },
    queued: () => queued,
    now: () => new Date('2026-03-01T10:00:00.000Z'),
    logs: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
});

afterEach(async () => {
  await listener.close();
  await rm(directory, { recursive: true });
});

const to = { from: 'a@b.test', to: ['j@journal.test'] };

describe('the SMTP listener under load', () => {
  test('answers 451 while too much waits to be filed, and takes mail again afterwards', async () => {
    queued = SMTP_LIMITS.maxQueued;
    await expect(send(listener.port, to, mail({ Subject: 'wait' }))).rejects.toThrow(/451 4\.3\.0/);
    expect(accepted).toEqual([]);
    queued = 0;
    expect(await send(listener.port, to, mail({ Subject: 'now' }))).toMatch(/^250/);
    expect(accepted).toHaveLength(1);
  });

  test('answers 451 to what could not be stored, and goes on', async () => {
    isFailing = true;
    await expect(send(listener.port, to, mail({ Subject: 'full' }))).rejects.toThrow(/451 4\.3\.0/);
    isFailing = false;
    expect(await send(listener.port, to, mail({ Subject: 'free' }))).toMatch(/^250/);
  });

  test('gives what is stored the bytes of DATA alone, dots unstuffed', async () => {
    const raw = mail({ Subject: 'dots' }, '.one\n..two\nplain\n');
    await send(listener.port, to, raw);
    expect(accepted[0]?.toString('latin1')).toBe(raw);
  });
});
