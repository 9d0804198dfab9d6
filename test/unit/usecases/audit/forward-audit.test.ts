import { beforeEach, expect, test } from 'vitest';
import type { AuditEvent } from '../../../../shared/domain/audit-event.ts';
import { ReceiverError } from '../../../../shared/errors.ts';
import { forwardAudit } from '../../../../shared/usecases/audit/forward-audit.ts';
import { type AuditWorld, createAuditWorld } from './audit-world.ts';

let world: AuditWorld;
let taken: string[];
let isDown: boolean;

beforeEach(() => {
  world = createAuditWorld();
  taken = [];
  isDown = false;
});

const receiver = {
  deliver: async (events: readonly AuditEvent[]) => {
    if (isDown) throw new ReceiverError('siem');
    taken.push(...events.map(({ eventId }) => eventId));
  },
};

async function write(trail: ReturnType<AuditWorld['process']>, count: number): Promise<readonly string[]> {
  const events = Array.from({ length: count }, () => world.event());
  for (const event of events) await trail.append(event);
  return events.map(({ eventId }) => eventId);
}

test('events of all processes are told once, those of one in their order', async () => {
  const [a, b] = [world.process(), world.process()];
  const [first, second] = [await write(a, 5), await write(b, 5)];
  expect(await forwardAudit(world.ports, receiver)).toBe(10);
  expect(taken.filter((id) => first.includes(id))).toEqual(first);
  expect(taken.filter((id) => second.includes(id))).toEqual(second);
  expect(await forwardAudit(world.ports, receiver)).toBe(0);
  const more = await write(a, 2);
  expect(await forwardAudit(world.ports, receiver)).toBe(2);
  expect(taken.slice(-2)).toEqual(more);
});

test('an outage over days loses nothing', async () => {
  const trail = world.process();
  const before = await write(trail, 2);
  await forwardAudit(world.ports, receiver);
  isDown = true;
  const during: string[] = [];
  for (let day = 0; day < 4; day++) {
    during.push(...(await write(trail, 3)));
    await expect(forwardAudit(world.ports, receiver)).rejects.toThrow(ReceiverError);
    await world.clock.advance(24 * 3_600_000);
  }
  isDown = false;
  await forwardAudit(world.ports, receiver);
  expect(taken).toEqual([...before, ...during]);
});

test('a batch that is gone holds up nothing', async () => {
  const trail = world.process();
  const [, ...ids] = await write(trail, 3);
  for await (const { key } of world.archive.list('audit/2026'))
    if (key.endsWith('00000001')) await world.archive.delete(key);
  expect(await forwardAudit(world.ports, receiver)).toBe(2);
  expect(taken).toEqual(ids);
});
