import { hash } from 'node:crypto';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createMemoryDns } from '../../../../shared/adapters/memory/memory-dns.ts';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryEvents } from '../../../../shared/adapters/memory/memory-events.ts';
import {
  createMemoryObjectStore,
  type MemoryObjectStore,
} from '../../../../shared/adapters/memory/memory-object-store.ts';
import { createMemorySecrets } from '../../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables, type MemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { ArrivalFacts } from '../../../../shared/domain/arrival.ts';
import { envelopeLine } from '../../../../shared/mail/enveloped-bytes.ts';
import { readOriginal } from '../../../../shared/mail/read-original.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Tables } from '../../../../shared/ports/tables.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import type { FilingDirectory } from '../../../../shared/usecases/filing-directory.ts';
import { inProcessReader } from '../../../../shared/usecases/in-process-reader.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { checkAttachments } from './attachment-check.ts';
import type { Stores } from './contents.ts';
import type { World } from './explorer.ts';
import { checkArrival, LOG, logKey, type StoredIntake } from './filing-check.ts';
import { gatedPorts } from './gated-ports.ts';
import type { Process } from './unfolded-process.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Small, so that the attachments of worlds are large. */
const SINGLE_INSTANCE_BYTES = 16;
const at = new Date('2026-03-01T10:00:00.000Z');

/** One arrival of the world: its bytes and the endpoint whose mailbox gets it. */
export interface WorldArrival {
  readonly name: string;
  readonly raw: string;
  /** Id of the endpoint; its mailbox is `mb-` and this. */
  readonly endpoint: string;
  /** How often each of its workers may die. */
  readonly crashes: number;
  /** Filed by so many workers at once. */
  readonly workers?: number;
}

export interface WorldOptions {
  /** Filed before anything else begins. */
  readonly before?: readonly WorldArrival[];
  readonly arrivals: readonly WorldArrival[];
  /** Arrivals whose messages are purged; left out, the first of `arrivals`. */
  readonly purged?: readonly WorldArrival[];
  /** Purges of each such message at once, and how often each may die. */
  readonly purges?: number;
  readonly purgeCrashes?: number;
  /** A message with a filing in this mailbox may not be purged. */
  readonly heldMailbox?: string;
  /** This endpoint gets another mailbox, `mb-moved`, at some time. */
  readonly movedEndpoint?: string;
}

/** Arrivals being filed and purges of their message, all at once, over memory ports. */
export async function filingWorld(options: WorldOptions): Promise<World> {
  const { before = [], arrivals, purges = 0, purgeCrashes = 0, heldMailbox, movedEndpoint } = options;
  const { purged = arrivals.slice(0, 1) } = options;
  const clock = createManualClock(at);
  const tables = createMemoryTables();
  const intake = createMemoryObjectStore({ clock });
  const archive = createMemoryObjectStore({ clock });
  const ports: Ports = {
    intake,
    archive,
    derived: createMemoryObjectStore(),
    tables,
    log: {
      append: async (entries) => {
        for (const { item } of entries) await tables.putIfAbsent(LOG, { ...logKey(item), version: 1, data: {} });
      },
    },
    audit: { ready: async () => undefined, append: async () => undefined },
    queue: { send: async () => undefined },
    dns: createMemoryDns(),
    events: createMemoryEvents(),
    clock,
    entropy: createSeededEntropy('world'),
    secrets: createMemorySecrets(createSeededEntropy('world')),
    logs: silent,
    reader: inProcessReader,
  };
  const filedBefore = before.map(intakeOf);
  const filedNow = arrivals.map(intakeOf);
  const everything = [...filedBefore, ...filedNow];
  for (const { intakeKey, object } of everything) await intake.put(intakeKey, object);
  for (const { intakeKey } of filedBefore) await file(ports, intakeKey, undefined);

  const filings = filedNow.map(
    ({ arrival, intakeKey }): Process => ({
      name: arrival.name,
      copies: arrival.workers ?? 1,
      crashes: arrival.crashes,
      start: (gate) => {
        const gated = gatedPorts(ports, gate, { seesVersions: false });
        return file({ ...gated, entropy: createSeededEntropy(arrival.name) }, intakeKey, movedEndpoint);
      },
    }),
  );
  const purgesOf = purged.map(
    (arrival): Process => ({
      name: 'purge',
      copies: purges,
      crashes: purgeCrashes,
      start: async (gate) => {
        const archiveId = fingerprintOf(arrival);
        const gated = gatedPorts(ports, gate, { seesVersions: true });
        const isGone = await purgeMessage(gated, archiveId, async (_record, present) =>
          present.every(({ mailboxId }) => mailboxId !== heldMailbox),
        );
        if (isGone || purges > 1) return;
        const record = await gated.tables.get('messages', recordKey(archiveId));
        if (record?.data.state === 'purged') throw new Error('the purge says that a purged message is still there');
      },
    }),
  );
  const move: Process = {
    name: 'move',
    copies: movedEndpoint === undefined ? 0 : 1,
    crashes: 0,
    start: async (gate) => {
      await gatedPorts(ports, gate, { seesVersions: true }).tables.putIfAbsent('configuration', {
        ...movedKey(movedEndpoint ?? ''),
        version: 1,
        data: {},
      });
    },
  };

  return {
    processes: [...filings, ...purgesOf, move],
    stores: storesOf(tables, intake, archive),
    check: async () => {
      for (const stored of everything) await checkArrival(ports, stored, fingerprintOf(stored.arrival), heldMailbox);
      // What raced with a purge goes with its second pass, after the longest function time.
      for (const arrival of purged) await purgeMessage(ports, fingerprintOf(arrival), async () => false);
      await checkAttachments(ports);
      for await (const { key } of intake.list('incoming/')) throw new Error(`${key} is left in intake`);
    },
  };
}

async function file(ports: Ports, intakeKey: string, movedEndpoint: string | undefined): Promise<void> {
  const directory = directoryOf(ports.tables, movedEndpoint);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  const [unfiled] = await fileBatch(context, new ByteBudget(1), [{ intakeKey, sizeBytes: 1 }]);
  if (unfiled) throw unfiled.error;
}

/** The configuration, where only one endpoint may change. */
function directoryOf(tables: Pick<Tables, 'get'>, movedEndpoint: string | undefined): FilingDirectory {
  const isMoved = async (endpointId: string) =>
    endpointId === movedEndpoint && (await tables.get('configuration', movedKey(endpointId))) !== undefined;
  return {
    owners: async () => [],
    endpoint: async (endpointId) => ({
      endpointId,
      name: endpointId,
      localPart: endpointId,
      mailboxId: (await isMoved(endpointId)) ? 'mb-moved' : `mb-${endpointId}`,
      unknownAddresses: 'endpoint-only',
      allowedSources: [],
      trustedHosts: [],
      createdAt: at.toISOString(),
    }),
    endpointAt: async () => undefined,
    mailbox: async () => undefined,
    journalDomain: 'journal.test',
    isOwnDomain: async () => false,
    createFor: async () => undefined,
  };
}

function fingerprintOf({ raw }: WorldArrival): string {
  return readOriginal(Buffer.from(raw))?.fingerprint ?? '';
}

function movedKey(endpointId: string) {
  return { pk: 'moved', sk: endpointId };
}

function intakeOf(arrival: WorldArrival): StoredIntake {
  const facts: ArrivalFacts = {
    receivedAt: at.toISOString(),
    source: { kind: 'journal', endpointIds: [arrival.endpoint] },
    envelope: { mailFrom: '', rcptTo: [`${arrival.endpoint}@journal.test`] },
  };
  const object = Buffer.concat([envelopeLine(facts), Buffer.from(arrival.raw)]);
  return { arrival, facts, intakeKey: `incoming/smtp-${arrival.name}`, object };
}

function storesOf(tables: MemoryTables, intake: MemoryObjectStore, archive: MemoryObjectStore): Stores {
  return {
    keep: () => {
      const kept = [tables.snapshot(), intake.snapshot(), archive.snapshot()] as const;
      return () => {
        tables.restore(kept[0]);
        intake.restore(kept[1]);
        archive.restore(kept[2]);
      };
    },
    text: () => {
      const rows = [...tables.snapshot().rows.values()].map(({ table, json }) => `${table} ${json}`);
      const objects = [intake, archive].flatMap((store) =>
        [...store.snapshot()].map(([key, { body }]) => `${key} ${hash('sha1', body)}`),
      );
      return hash('sha1', [...rows.sort(), ...objects.sort()].join('\n'));
    },
  };
}
