import { beforeEach, describe, expect, test } from 'vitest';
import { decodeAuditBatch, encodeAuditBatch } from '../../../../shared/mail/audit-object.ts';
import { anchorAudit } from '../../../../shared/usecases/audit/anchor-audit.ts';
import { verifyAudit } from '../../../../shared/usecases/audit/verify-audit.ts';
import { verifyTrail } from '../../../../shared/usecases/audit/verify-trail.ts';
import { type AuditWorld, bytesOf, createAuditWorld, keysBelow } from './audit-world.ts';

let world: AuditWorld;
/** Keys of the batches of the first and of the second process. */
let first: string[];
let second: string[];
let checkpoints: string[];

/** Two processes, of three batches and two, with checkpoints between and behind. */
beforeEach(async () => {
  world = createAuditWorld();
  const [one, two] = [world.process(), world.process()];
  for (let n = 0; n < 3; n++) {
    await Promise.all([one.append(world.event()), one.append(world.event({ action: 'read.raw' }))]);
    if (n === 1) await anchorAudit(world.ports);
  }
  await world.clock.advance(1_000);
  await two.append(world.event());
  await two.append(world.event());
  await anchorAudit(world.ports);
  const keys = await keysBelow(world, 'audit/2026');
  first = keys.slice(0, 3);
  second = keys.slice(3);
  checkpoints = await keysBelow(world, 'audit/heads/');
});

const faults = async () => (await verifyAudit(world.archive)).first.map(({ kind, key }) => [kind, key]);
const put = (key: string, body: Uint8Array) => world.archive.put(key, body);

test('a trail that nobody touched has no fault', async () => {
  expect([first.length, second.length, checkpoints.length]).toEqual([3, 2, 2]);
  const report = await verifyAudit(world.archive);
  expect(report).toMatchObject({ events: 8, batches: 5, chains: 2, checkpoints: 2, faults: 0, first: [] });
  expect(await verifyTrail(world.ports)).toEqual(report);
});

test('every change of a single byte of any object is found, and the object named', async () => {
  for (const key of await keysBelow(world, 'audit/')) {
    const original = await bytesOf(world, key);
    for (let at = 0; at < original.length; at++) {
      const changed = Buffer.from(original);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      await put(key, changed);
      expect((await faults())[0]?.[1], `${key} at ${at}`).toBe(key);
    }
    await put(key, original);
  }
  expect(await faults()).toEqual([]);
});

test('an event that was rewritten with all hashes of its own batch is found', async () => {
  const [key = ''] = first;
  const { header, events, firstPrevious } = decodeAuditBatch(key, await bytesOf(world, key));
  const rewritten = events.map((event) => ({ ...event, actor: { userName: 'somebody else' } }));
  await put(key, encodeAuditBatch(header, rewritten, firstPrevious).body);
  expect((await faults())[0]).toEqual(['changed', key]);
});

describe('what was removed is named:', () => {
  test('a batch', async () => {
    await world.archive.delete(first[1] ?? '');
    expect((await faults())[0]).toEqual(['missing', first[1]]);
  });

  test('the first batch of a chain', async () => {
    await world.archive.delete(first[0] ?? '');
    expect((await faults())[0]).toEqual(['missing', first[0]]);
  });

  test('the tail of a chain', async () => {
    await world.archive.delete(first[2] ?? '');
    expect((await faults())[0]).toEqual(['missing', first[2]]);
  });

  test('the tail of a chain that no checkpoint names yet, by what the tables know', async () => {
    const trail = world.process();
    await trail.append(world.event());
    await trail.append(world.event());
    const third = (await keysBelow(world, 'audit/2026')).filter((key) => ![...first, ...second].includes(key));
    await world.archive.delete(third[1] ?? '');
    expect((await verifyTrail(world.ports)).first[0]).toMatchObject({ kind: 'missing', key: third[1] });
  });

  test('a whole chain', async () => {
    for (const key of second) await world.archive.delete(key);
    expect((await faults())[0]).toEqual(['missing', second[0]]);
  });

  test('a whole chain with its registration', async () => {
    for (const key of [...second, ...(await keysBelow(world, 'audit/chains/')).slice(1)])
      await world.archive.delete(key);
    expect((await faults())[0]).toEqual(['missing', second[0]]);
  });

  test('a whole chain that no checkpoint names yet, by its registration', async () => {
    await world.process().append(world.event());
    const third = (await keysBelow(world, 'audit/2026')).filter((key) => ![...first, ...second].includes(key));
    expect(third).toHaveLength(1);
    await world.archive.delete(third[0] ?? '');
    expect(await faults()).toEqual([['missing', third[0]]]);
  });

  test('a whole day', async () => {
    await world.clock.advance(24 * 3_600_000);
    await world.process().append(world.event());
    await anchorAudit(world.ports);
    for (const key of [...first, ...second]) await world.archive.delete(key);
    expect(await faults()).toEqual(
      expect.arrayContaining([
        ['missing', first[0]],
        ['missing', second[0]],
      ]),
    );
  });

  test('a registration', async () => {
    const [key = ''] = await keysBelow(world, 'audit/chains/');
    await world.archive.delete(key);
    expect(await faults()).toEqual([['missing', key]]);
  });

  test('a checkpoint, by the one behind it', async () => {
    await world.archive.delete(checkpoints[0] ?? '');
    expect((await faults())[0]).toEqual(['missing', checkpoints[0]]);
  });

  test('the last checkpoint, by whoever keeps it elsewhere', async () => {
    const { lastCheckpoint } = await verifyAudit(world.archive);
    await world.archive.delete(checkpoints[1] ?? '');
    const report = await verifyAudit(world.archive, { checkpoint: lastCheckpoint });
    expect(report.first[0]).toMatchObject({ kind: 'missing', key: checkpoints[1] });
  });
});

describe('what was put elsewhere is named:', () => {
  test('two batches that changed places', async () => {
    const [, a = '', b = ''] = first;
    const [bytesA, bytesB] = [await bytesOf(world, a), await bytesOf(world, b)];
    await put(a, bytesB);
    await put(b, bytesA);
    expect((await faults())[0]).toEqual(['outOfOrder', a]);
  });

  test('a chain that begins where another one does', async () => {
    const [key = ''] = first;
    const copy = key.replace(/[0-9a-f]{16}/, 'f'.repeat(16));
    await put(copy, await bytesOf(world, key));
    expect((await faults()).map(([, where]) => where)).toContain(copy);
  });

  test('a whole chain that no process began, by what the tables know', async () => {
    const other = createAuditWorld('another');
    await other.process().append(other.event());
    for (const key of await keysBelow(other, 'audit/')) await put(key, await bytesOf(other, key));
    const { first: told } = await verifyTrail(world.ports);
    expect(told.map(({ kind }) => kind)).toEqual(['unknown']);
  });

  test('an object under a key that the trail does not have', async () => {
    await put('audit/20260301/zzz', Buffer.from('x'));
    expect(await faults()).toEqual([['unknown', 'audit/20260301/zzz']]);
  });
});
