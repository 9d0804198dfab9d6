import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

const INPUT = {
  id: 'q-1',
  reason: 'poison',
  receivedAt: '2026-03-01T10:00:00.000Z',
  sizeBytes: 3,
  source: { kind: 'journal' },
};

let directory: string;
let api: Awaited<ReturnType<typeof startFakeApi>>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  api = await startFakeApi({
    'GET /quarantine': { json: { items: [INPUT] } },
    'DELETE /quarantine/q-1': { status: 202, json: { id: 'q-1' } },
    'DELETE /quarantine/q-2': { status: 202, json: { approvalId: 'approval-1' } },
    'DELETE /quarantine/q-3': {
      status: 409,
      json: {
        error: {
          code: 'under_retention',
          message: 'quarantined input q-3 has to be kept until 2030-01-01',
          details: { policies: [{ policyId: 'rp-1', version: 1, name: 'Books' }] },
        },
      },
    },
  });
});

afterEach(async () => {
  await api.close();
  await rm(directory, { recursive: true });
});

async function call(...words: string[]) {
  const fake = fakeTerminal({ columns: 250 });
  const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
  const exitCode = await run(['quarantine', ...words], environment, fake.terminal);
  const { method, path } = api.seen.at(-1) ?? {};
  return { exitCode, asked: `${method} ${path}`, out: fake.out(), noted: fake.notes.join('\n') };
}

test.each([[[]], [['list']]])('%j lists what could not be filed', async (words) => {
  const { exitCode, asked, out } = await call(...words);
  expect([exitCode, asked]).toEqual([0, 'GET /quarantine?limit=50']);
  expect(out).toMatch(/q-1.*poison/);
});

test('delete says whether it goes soon, or waits for somebody else', async () => {
  const soon = await call('delete', 'q-1');
  expect([soon.exitCode, soon.asked]).toEqual([0, 'DELETE /quarantine/q-1']);
  expect(soon.out + soon.noted).toContain('q-1 is deleted soon');
  const waiting = await call('delete', 'q-2');
  expect(waiting.out + waiting.noted).toContain('q-2 waits for a second administrator');
});

test('what has to be kept is refused, with the reason', async () => {
  const { exitCode, out, noted } = await call('delete', 'q-3');
  expect(exitCode).not.toBe(0);
  expect(out + noted).toContain('has to be kept until 2030-01-01, because of Books');
});
