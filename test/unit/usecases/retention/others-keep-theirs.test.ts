import { beforeEach, describe, expect, test } from 'vitest';
import type { PolicyConditions } from '../../../../shared/domain/retention/retention-policy.ts';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { runPreview, startPreview } from '../../../../shared/usecases/retention/preview-policies.ts';
import { readPreview } from '../../../../shared/usecases/retention/preview-state.ts';
import { whyKept } from '../../../../shared/usecases/retention/why-kept.ts';
import { type DeletionWorld, deletionWorld, letterOf } from '../deletion/deletion-world.ts';

const DAY_MS = 24 * 60 * 60_000;
const ANN = { kind: 'user', userId: 'us-ann' } as const;

let world: DeletionWorld;
let archiveId: string;
beforeEach(async () => {
  world = await deletionWorld();
  archiveId = await world.journal(letterOf('one'));
});

/** Mail goes after a day. */
const shorten = (conditions: PolicyConditions) =>
  createPolicy(world.ports, {
    name: 'short',
    priority: 9,
    countedFrom: 'archived',
    conditions,
    maximum: { days: 1 },
  });
const move = (mailboxId: string, originFolder: string, folder: string) =>
  moveFiling(world.ports, { archiveId, mailboxId, originFolder }, folder, ANN);
const purgedByJob = async () => {
  world.ports.clock.advance(3 * DAY_MS);
  return (await world.retention()).details?.purged;
};
const previewed = async () => {
  const { jobId } = await startPreview(world.ports);
  await runPreview(world.context, jobId, () => true);
  return (await readPreview(world.ports, jobId))?.today.messages;
};

describe.each<[string, PolicyConditions]>([
  ['a folder', { folders: ['Trash'] }],
  ['a search in a folder', { query: 'in:Trash' }],
])('where %s lets mail go', (_name, conditions) => {
  test('a message stays for all until the last of them has it there', async () => {
    await shorten(conditions);
    await move(world.mailboxes.a, 'Sent', 'Trash');
    expect(await purgedByJob()).toBe(0);
    expect(await previewed()).toBe(0);
    expect(await whyKept(world.context, archiveId, world.ports.clock.now())).toMatchObject({ state: 'kept' });

    await move(world.mailboxes.b, 'Inbox', 'Trash');
    expect(await previewed()).toBe(1);
    expect(await purgedByJob()).toBe(1);
  });

  test('it goes once those who have it elsewhere have removed it', async () => {
    await shorten(conditions);
    await move(world.mailboxes.a, 'Sent', 'Trash');
    expect(await purgedByJob()).toBe(0);
    await world.remove(archiveId, world.mailboxes.b);
    expect(await purgedByJob()).toBe(1);
  });
});

test('a mailbox lets go only what nobody else has', async () => {
  await shorten({ mailboxes: [world.mailboxes.a] });
  expect(await purgedByJob()).toBe(0);
  await world.remove(archiveId, world.mailboxes.b);
  expect(await purgedByJob()).toBe(1);
});

test('a search that finds it in the mailbox of one only lets it go for none', async () => {
  await shorten({ query: 'in:Sent' });
  expect(await purgedByJob()).toBe(0);
  await shorten({ query: 'subject:one' });
  expect(await purgedByJob()).toBe(1);
});

test('what only the journal has goes by the conditions on its mailbox', async () => {
  const alone = await world.journal(letterOf('two').replaceAll('x.test', 'elsewhere.test'));
  await shorten({ mailboxes: [world.endpoint.mailboxId] });
  expect(await purgedByJob()).toBe(1);
  expect(await world.archiveIds('purged')).toEqual([alone]);
});

test('a search finds what only the journal has in its mailbox', async () => {
  const alone = await world.journal(letterOf('two').replaceAll('x.test', 'elsewhere.test'));
  await shorten({ query: 'subject:two' });
  expect(await purgedByJob()).toBe(1);
  expect(await world.archiveIds('purged')).toEqual([alone]);
});
