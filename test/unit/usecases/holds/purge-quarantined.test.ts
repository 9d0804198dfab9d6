import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageScope } from '../../../../shared/domain/message-scope.ts';
import { NotFoundError } from '../../../../shared/errors.ts';
import { quarantineArrival } from '../../../../shared/usecases/filing/quarantine-arrival.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { holdsOnQuarantined } from '../../../../shared/usecases/holds/holds-on-quarantined.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { purgeQuarantined } from '../../../../shared/usecases/purge-quarantined.ts';
import { listQuarantine, readQuarantined } from '../../../../shared/usecases/reading/quarantine.ts';
import { createMemoryPorts } from '../memory-ports.ts';

let ports: ReturnType<typeof createMemoryPorts>;
let id: string;

beforeEach(async () => {
  ports = createMemoryPorts('quarantine');
  const facts = {
    receivedAt: ports.clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: ['ep-1'] },
    envelope: { mailFrom: '', rcptTo: [] },
  } as const;
  await quarantineArrival(ports, { arrivalId: 'a1b2', facts, raw: Buffer.from('???') }, 'not_a_message');
  const [waiting] = (await listQuarantine(ports, { limit: 10 })).items;
  id = waiting?.id ?? '';
});

const hold = (scope: MessageScope) =>
  createHold(
    { ports, addresses: { all: async () => [] } },
    { name: 'case', matter: '17', reason: 'litigation', createdBy: 'admin', scope },
  );
const purge = (meanwhile: () => Promise<unknown> = async () => undefined) =>
  purgeQuarantined(ports, id, async (quarantined) => {
    const isFree = (await holdsOnQuarantined(ports, quarantined)).length === 0;
    await meanwhile();
    return isFree;
  });

describe('input in quarantine', () => {
  test('goes for good where nothing holds it: bytes, list, and after a rebuild', async () => {
    expect(await purge()).toBe(true);
    await expect(readQuarantined(ports, id)).rejects.toThrow(NotFoundError);
    expect((await listQuarantine(ports, { limit: 10 })).items).toEqual([]);
    for await (const { key } of ports.archive.list('quarantine/')) throw new Error(`${key} is left`);
    expect(await ports.tables.get('activity', { pk: 'quarantine', sk: id })).toMatchObject({ removed: true });
    expect(await purge()).toBe(true);
  });

  test('stays while a hold covers it, and can go once that is released', async () => {
    const { holdId } = await hold({ query: 'whatever' });
    expect(await purge()).toBe(false);
    expect((await readQuarantined(ports, id)).toString()).toBe('???');
    await releaseHold({ ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    expect(await purge()).toBe(true);
  });

  test('stays where a hold is answered between the decision and its commit', async () => {
    expect(await purge(() => hold({ everything: true }))).toBe(false);
    expect((await readQuarantined(ports, id)).toString()).toBe('???');
    expect(await purge()).toBe(false);
  });

  test('is decided anew where a purge died on it', async () => {
    await expect(purge(() => Promise.reject(new Error('dies')))).rejects.toThrow('dies');
    await hold({ everything: true });
    expect(await purge()).toBe(false);
  });
});
