import { hash } from 'node:crypto';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import type { Filing, MessageRecord } from '../../../../shared/domain/message.ts';
import { NotFoundError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { PurgingContext } from '../../../../shared/usecases/deletion/purging-task.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { type DeletionWorld, deletionWorld, letterOf } from '../deletion/deletion-world.ts';
import { type RequestsIn, requestsIn } from '../deletion/requests-in.ts';
import type { World } from './explorer.ts';
import { gatedPorts } from './gated-ports.ts';

/** The message of the world, which lies in mailbox a and with its journal. */
export interface Door {
  readonly world: DeletionWorld;
  readonly requests: RequestsIn;
  readonly archiveId: string;
}

/** What a process does; one that does not find the message has nothing to do. */
export interface DoorDeed {
  readonly name: string;
  readonly copies?: number;
  readonly crashes?: number;
  readonly does: (context: PurgingContext & { readonly ports: Ports }) => Promise<unknown>;
  /** It promises something: what the message was when it was answered counts. */
  readonly promises?: true;
}

/** How it stands in the end. */
export interface DoorEnd {
  readonly state: MessageRecord['state'];
  readonly filings: readonly Filing[];
  /** What is stored below the message's prefix. */
  readonly objects: number;
  /** What the record said when the deed of this name was answered. */
  readonly answered: (name: string) => string;
}

/** A message, what is prepared before anything begins, and what people and jobs do about it at once, by the real door. */
export async function doorWorld(
  prepare: (door: Door) => Promise<readonly DoorDeed[]>,
  check: (end: DoorEnd, door: Door) => void | Promise<void>,
): Promise<World> {
  const world = await deletionWorld('door');
  const archiveId = await world.journal(letterOf('one'));
  await world.remove(archiveId, world.mailboxes.b);
  const door: Door = { world, requests: requestsIn(world), archiveId };
  const deeds = await prepare(door);
  const { tables, archive } = world.ports;
  const silent = { append: async () => undefined, ready: async () => undefined };
  const ports: Ports = { ...world.ports, log: silent, audit: silent, queue: { send: async () => undefined } };

  return {
    processes: deeds.map(({ name, copies = 1, crashes = 0, does, promises }) => ({
      name,
      copies,
      crashes,
      start: async (gate) => {
        const own: Ports = {
          ...gatedPorts(ports, gate, { seesVersions: true }),
          entropy: createSeededEntropy(name),
        };
        const context = await world.contextOn(own);
        try {
          await does({ ...context, ports: own });
        } catch (error) {
          if (!(error instanceof NotFoundError)) throw error;
        }
        if (!promises) return;
        const seen = await own.tables.get('messages', recordKey(archiveId));
        const data = { state: String(seen?.data.state) };
        await own.tables.put('activity', { pk: 'answered', sk: name, version: 1, data });
      },
    })),
    stores: {
      keep: () => {
        const kept = [tables.snapshot(), archive.snapshot()] as const;
        return () => {
          tables.restore(kept[0]);
          archive.restore(kept[1]);
        };
      },
      text: () => {
        const rows = [...tables.snapshot().rows.values()].map(({ table, json }) => `${table} ${json}`);
        const objects = [...archive.snapshot()].map(([key, { lock }]) => `${key} ${JSON.stringify(lock)}`);
        return hash('sha1', [...rows.sort(), ...objects.sort()].join('\n'));
      },
    },
    check: async () => {
      const answers = new Map<string, string>();
      for (const { name, promises } of deeds) {
        const item = promises && (await tables.get('activity', { pk: 'answered', sk: name }));
        if (item) answers.set(name, String(item.data.state));
      }
      const item = await tables.get('messages', recordKey(archiveId));
      if (!item) throw new Error('the record is lost');
      let objects = 0;
      for await (const _object of archive.list(messagePrefix(archiveId))) objects += 1;
      const end: DoorEnd = {
        state: typed<MessageRecord>(item).data.state,
        filings: (await filingItems(world.ports, archiveId)).map(({ data }) => data),
        objects,
        answered: (name) => answers.get(name) ?? 'never',
      };
      if (end.state === 'purging') throw new Error('arrivals of the message wait for ever');
      if (end.state === 'live' && objects === 0) throw new Error('a living message has lost its bytes');
      await check(end, door);
    },
  };
}
