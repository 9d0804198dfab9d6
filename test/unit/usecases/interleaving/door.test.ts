import { describe, expect, test } from 'vitest';
import { chooseAction } from '../../../../shared/usecases/requests/choose-action.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { approved, deletion, hold, lock, minimum, open, removal } from './door-deeds.ts';
import { type Door, type DoorDeed, type DoorEnd, doorWorld } from './door-world.ts';
import { explore } from './explorer.ts';

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
      if (objects > 0) expect(await world.work(archiveId)).toBe('bytes_locked');
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
];

describe('removal × request × hold × minimum × lock × choice × purge × crash, by the door', () => {
  test.each(cases)('$name', async ({ prepare, check }) => {
    const { states } = await explore(await doorWorld(prepare, check));
    expect(states).toBeGreaterThan(50);
  });
});
