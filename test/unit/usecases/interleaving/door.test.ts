import { describe, expect, test } from 'vitest';
import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import type { RequestAction } from '../../../../shared/domain/requests/data-request.ts';
import { doPurgeWork, planForJob } from '../../../../shared/usecases/deletion/purge-work.ts';
import { removeFiling } from '../../../../shared/usecases/deletion/remove-filing.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { chooseAction } from '../../../../shared/usecases/requests/choose-action.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { deleteItem } from '../../../../shared/usecases/requests/delete-item.ts';
import { findRequest } from '../../../../shared/usecases/requests/request-book.ts';
import { requestedItem } from '../../../../shared/usecases/requests/requested-messages.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type Door, type DoorDeed, type DoorEnd, doorWorld } from './door-world.ts';
import { explore } from './explorer.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Out of the last mailbox of somebody, and then what the queue delivers. */
const removal = ({ archiveId, world }: Door, crashes = 0): DoorDeed => ({
  name: 'removal',
  crashes,
  does: async (context) => {
    const desk = { ...context, settings: { get: async () => ({ allowed: true }) } };
    const removed = await removeFiling(desk, { archiveId, mailboxId: world.mailboxes.a, by: 'ann' }).catch(
      (error: unknown) => error,
    );
    await doPurgeWork(context, archiveId);
    const isRefused = removed instanceof Error && /keep|kept|hold|message/.test(removed.message);
    if (removed instanceof Error && !isRefused) throw removed;
  },
});

const hold: DoorDeed = {
  name: 'hold',
  promises: true,
  does: async ({ ports }) => {
    const scope = { everything: true } as const;
    const wanted = { name: 'case', matter: '1', reason: 'r', createdBy: 'admin', scope };
    await createHold({ ports, addresses: { all: async () => [] } }, wanted);
  },
};

/** A minimum, and what `extend-locks` does about the message then. */
const minimum = ({ archiveId, world }: Door): DoorDeed => ({
  name: 'minimum',
  promises: true,
  does: async ({ ports }) => {
    const terms = { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', minimum: { days: 10 } } as const;
    await createPolicy(ports, terms);
    await lock({ archiveId, world }, ports);
  },
});

const lock = async (
  { archiveId, world }: Pick<Door, 'archiveId' | 'world'>,
  ports: Parameters<DoorDeed['does']>[0]['ports'],
) => {
  const until = new Date(world.ports.clock.now().getTime() + 10 * DAY_MS);
  for await (const { key } of ports.archive.list(messagePrefix(archiveId))) {
    const { versionId = '' } = (await ports.archive.head(key)) ?? {};
    await ports.archive.retain(key, versionId, until);
  }
};

/** What the job of an approved request does with the message. */
const deletion = (
  { archiveId }: Door,
  { requestId, jobId }: { readonly requestId: string; readonly jobId: string },
  crashes = 0,
): DoorDeed => ({
  name: 'deletion',
  crashes,
  does: async (context) => {
    const { data: request } = await findRequest(context.ports, requestId);
    const { approvedAt, kind } = request;
    if (approvedAt === undefined || kind === 'access') throw new Error('not approved');
    const run = { context, request: { ...request, approvedAt }, cause: { kind, requestId, jobId } } as const;
    await planForJob(context.ports, [archiveId], run.cause);
    const { data: item } = await requestedItem(context.ports, requestId, archiveId);
    await deleteItem({ ...run, mayRemoveFrom: async () => true }, item);
  },
});

const approved = async (door: Door, action: RequestAction = 'purge') =>
  await door.requests.approved([door.archiveId], { action });

/** An open one, of which people may choose to keep messages. */
const open = async (door: Door) => {
  const { holdId } = await door.world.hold();
  const request = await approved(door);
  await door.requests.run(request.jobId);
  await door.requests.release(holdId);
  return request;
};

const staysOnce = (name: string) => ({
  check: ({ state, answered }: DoorEnd) => {
    expect(answered(name)).not.toBe('never');
    if (answered(name) !== 'purged') expect(state).toBe('live');
  },
});

interface DoorCase {
  readonly name: string;
  readonly prepare: (door: Door) => Promise<readonly DoorDeed[]>;
  readonly check: (end: DoorEnd, door: Door) => void | Promise<void>;
  /** Fewer are right where one of two always comes first. */
  readonly ends?: number;
}

const cases: readonly DoorCase[] = [
  { name: 'a removal beside a hold', prepare: async (door) => [removal(door), hold], ...staysOnce('hold') },
  {
    name: 'a removal that dies beside a hold',
    prepare: async (door) => [removal(door, 1), hold],
    ...staysOnce('hold'),
  },
  {
    name: 'a removal beside a minimum, for which storage locks the message',
    prepare: async (door) => [removal(door), minimum(door)],
    ...staysOnce('minimum'),
  },
  {
    name: 'a removal that dies beside a lock that comes too late for its decision',
    prepare: async (door) => [removal(door, 1), { name: 'lock', does: async ({ ports }) => await lock(door, ports) }],
    check: async ({ state, filings, objects }, { world, archiveId }) => {
      if (state === 'live') return;
      // What is locked stays for as long as it is, and nothing says what it is.
      expect(filings.every(({ removedAt, summary }) => removedAt !== undefined && summary.subject === '')).toBe(true);
      if (objects > 0) expect(await world.work(archiveId)).toBe('object_locked');
    },
  },
  {
    name: 'an erasure that dies beside a hold',
    prepare: async (door) => [deletion(door, await approved(door), 1), hold],
    ...staysOnce('hold'),
  },
  {
    name: 'a request that takes the message out of a mailbox beside a hold',
    prepare: async (door) => [deletion(door, await approved(door, 'remove')), hold],
    ...staysOnce('hold'),
  },
  {
    name: 'an erasure beside somebody who chooses to keep the message',
    prepare: async (door) => {
      const request = await open(door);
      const choice = { action: 'keep', reason: 'r', by: 'admin' } as const;
      const does: DoorDeed['does'] = async ({ ports }) =>
        await chooseAction(ports, 'erasure', request.requestId, door.archiveId, choice);
      return [deletion(door, request), { name: 'keep', promises: true, does }];
    },
    ...staysOnce('keep'),
  },
  {
    name: 'an erasure beside somebody who ends the request',
    prepare: async (door) => {
      const request = await approved(door);
      const does: DoorDeed['does'] = async ({ ports }) =>
        await closeRequest(ports, 'erasure', request.requestId, { by: 'admin' });
      return [deletion(door, request), { name: 'end', promises: true, does }];
    },
    ...staysOnce('end'),
  },
  {
    name: 'two jobs of two requests at once: one of them has it',
    prepare: async (door) => {
      const one = deletion(door, await approved(door));
      const other = deletion(door, await approved(door));
      return [one, { ...other, name: 'another deletion' }];
    },
    check: ({ state, objects }) => {
      expect([state, objects]).toEqual(['purged', 0]);
    },
  },
];

describe('removal × request × hold × minimum × lock × choice × purge × crash, by the door', () => {
  test.each(cases)('$name', async ({ prepare, check }) => {
    const { states } = await explore(await doorWorld(prepare, check));
    expect(states).toBeGreaterThan(50);
  });
});
