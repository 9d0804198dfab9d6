import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../../../functions/cli/run.ts';
import { startFakeApi } from './fake-api.ts';
import { fakeTerminal } from './fake-terminal.ts';

test('endpoints shows when the last mail came and which endpoint is silent', async () => {
  const endpoint = { name: 'Journal', address: 'j-1@journal.test', unknownAddresses: 'create' };
  const items = [
    {
      ...endpoint,
      endpointId: 'ep-1',
      lastArrivalAt: '2026-03-01T10:11:12.000Z',
      silentSince: '2026-03-01T11:00:00.000Z',
    },
    { ...endpoint, endpointId: 'ep-2' },
  ];
  const api = await startFakeApi({ 'GET /journal-endpoints': { json: { items } } });
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-cli-'));
  try {
    const fake = fakeTerminal({ columns: 200 });
    const environment = { XDG_CONFIG_HOME: directory, LETTERLOCK_URL: api.url, LETTERLOCK_TOKEN: 'token-1' };
    expect(await run(['endpoints'], environment, fake.terminal)).toBe(0);
    const [header, silent, other] = fake.out().split('\n');
    expect(header).toMatch(/LAST ARRIVAL \(UTC\) +SILENT SINCE \(UTC\)/);
    expect(silent).toMatch(/create +2026-03-01 10:11 +2026-03-01 11:00/);
    expect(other).toMatch(/create *$/);
  } finally {
    await api.close();
    await rm(directory, { recursive: true });
  }
});
