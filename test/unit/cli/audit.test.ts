import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { openFileObjectStore } from '../../../shared/adapters/file/file-object-store.ts';
import { anchorAudit } from '../../../shared/usecases/audit/anchor-audit.ts';
import { ObjectAuditTrail } from '../../../shared/usecases/audit/object-audit-trail.ts';
import { createAuditWorld } from '../usecases/audit/audit-world.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-audit-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function call(args: string[], environment: Record<string, string> = {}) {
  const fake = fakeTerminal();
  const exitCode = await run(args, { XDG_CONFIG_HOME: directory, ...environment }, fake.terminal);
  return { exitCode, ...fake };
}

describe('verify-audit', () => {
  /** A bucket with two batches and a checkpoint, as the file store writes it below a data directory. */
  async function writeTrail(): Promise<string> {
    const archive = await openFileObjectStore({ root: join(directory, 'objects', 'archive') });
    const world = createAuditWorld();
    const ports = { ...world.ports, archive };
    const trail = new ObjectAuditTrail(ports);
    await trail.append(world.event());
    await trail.append(world.event());
    await anchorAudit(ports);
    const batches: string[] = [];
    for await (const { key } of archive.list('audit/2026')) batches.push(key);
    return join(directory, 'objects', 'archive', batches[1] ?? '');
  }

  test('finds nothing wrong with a whole trail, in the bucket or the data directory', async () => {
    await writeTrail();
    for (const place of [directory, join(directory, 'objects', 'archive')]) {
      const { exitCode, out } = await call(['verify-audit', place]);
      expect(exitCode).toBe(0);
      expect(out()).toMatch(
        /^2 events in 2 batches of 1 chains, 1 checkpoints, 0 faults\nlast checkpoint: 1:[0-9a-f]{64}\n$/,
      );
    }
  });

  test('names what is missing, and ends with 1', async () => {
    await unlink(await writeTrail());
    const { exitCode, out, notes } = await call(['verify-audit', directory]);
    expect([exitCode, notes]).toEqual([1, ['letterlock: the audit trail has 1 faults']]);
    expect(out()).toMatch(/^missing: audit\/20260301\/\S+\/00000002: /);
  });

  test('misses a checkpoint that it is told of', async () => {
    await writeTrail();
    const { out } = await call(['verify-audit', directory]);
    const known = /last checkpoint: (\S+)/.exec(out())?.[1] ?? '';
    expect((await call(['verify-audit', directory, '--checkpoint', known])).exitCode).toBe(0);
    expect((await call(['verify-audit', directory, '--checkpoint', `2${known.slice(1)}`])).exitCode).toBe(1);
    expect((await call(['verify-audit', directory, '--checkpoint', 'x'])).exitCode).toBe(2);
  });

  test('says where there is no trail', async () => {
    expect((await call(['verify-audit', directory])).exitCode).toBe(1);
  });
});

describe('audit', () => {
  const event = {
    eventId: 'event-1',
    at: '2026-03-01T10:00:00.000Z',
    actor: { userName: 'eve\u001b[31m' },
    source: '192.0.2.1',
    action: 'read.raw',
    object: { kind: 'message', id: '1-a' },
    outcome: 'denied',
    code: 'not_found',
  };

  async function withApi(routes: Parameters<typeof startFakeApi>[0], args: string[]) {
    const api = await startFakeApi(routes);
    try {
      const result = await call(args, { LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 't' });
      return { ...result, paths: api.seen.map(({ path }) => path) };
    } finally {
      await api.close();
    }
  }

  test('lists with its filters, safe for a terminal', async () => {
    const routes = { 'GET /audit-events': { json: { items: [event] } } };
    const { out, paths } = await withApi(routes, [
      'audit',
      '--user',
      'eve',
      '--category',
      'read',
      '--from',
      '2026-03-01',
    ]);
    expect(out()).toContain('read.raw');
    expect(out()).not.toContain('\u001b');
    expect(paths).toEqual(['/audit-events?from=2026-03-01&user=eve&category=read&limit=50']);
  });

  test('exports CSV part by part, with its title once', async () => {
    const routes = {
      'GET /audit-events': ({ path }: { readonly path: string }) =>
        path.includes('cursor=next')
          ? { bytes: '"at"\r\n"3"\r\n' }
          : { bytes: '"at"\r\n"1"\r\n"2"\r\n', headers: { 'letterlock-cursor': 'next' } },
    };
    const { exitCode, bytes } = await withApi(routes, ['audit', '--csv']);
    expect([exitCode, bytes().toString()]).toEqual([0, '"at"\r\n"1"\r\n"2"\r\n"3"\r\n']);
  });
});
