import { expect } from 'vitest';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryEvents } from '../../../../shared/adapters/memory/memory-events.ts';
import {
  createMemoryObjectStore,
  type MemoryObjectStore,
} from '../../../../shared/adapters/memory/memory-object-store.ts';
import { createMemorySecrets } from '../../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables, type MemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { archiveIdOf, arrivalKey, messagePrefix } from '../../../../shared/domain/archive-id.ts';
import type { ArrivalFacts } from '../../../../shared/domain/arrival.ts';
import type { LedgerEntry } from '../../../../shared/domain/ledger-entry.ts';
import type { Filing, MessageRecord } from '../../../../shared/domain/message.ts';
import { envelopeLine } from '../../../../shared/mail/enveloped-bytes.ts';
import { readOriginal } from '../../../../shared/mail/read-original.ts';
import { decodeArrival } from '../../../../shared/mail/stored-arrival.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { arrivalIdOf } from '../../../../shared/usecases/filing/arrival-id.ts';
import { ByteBudget } from '../../../../shared/usecases/filing/byte-budget.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import type { FilingDirectory } from '../../../../shared/usecases/filing/filing-context.ts';
import { ledgerKeyOf } from '../../../../shared/usecases/filing/ledger.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { filingKey, recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import type { Gate, Process, World } from './explorer.ts';
import { gatedPorts } from './gated-ports.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const at = new Date('2026-03-01T10:00:00.000Z');

/** One arrival of the world: its bytes and the endpoint whose mailbox gets it. */
export interface WorldArrival {
  readonly name: string;
  readonly raw: string;
  readonly mailbox: string;
  readonly crashes: number;
  /** Filed by so many workers at once. */
  readonly workers?: number;
}

export interface WorldOptions {
  /** Filed before anything else begins. */
  readonly before?: readonly WorldArrival[];
  readonly arrivals: readonly WorldArrival[];
  readonly purges: number;
  readonly purgeCrashes: number;
  /** A message with a filing in this mailbox may not be purged. */
  readonly heldMailbox?: string;
}

/** Arrivals being filed and purges of the first arrival's message, all at once, over memory ports. */
export async function filingWorld(options: WorldOptions): Promise<World> {
  const { before = [], arrivals, purges, purgeCrashes, heldMailbox } = options;
  const clock = createManualClock(at);
  const entropy = createSeededEntropy('world');
  const tables = createMemoryTables();
  const intake = createMemoryObjectStore();
  const archive = createMemoryObjectStore();
  const ports: Ports = {
    intake,
    archive,
    derived: createMemoryObjectStore(),
    tables,
    log: { append: async () => undefined },
    queue: { send: async () => undefined },
    events: createMemoryEvents(),
    clock,
    entropy,
    secrets: createMemorySecrets(entropy),
    logs: silent,
  };
  const filedBefore = before.map(intakeOf);
  const stored = arrivals.map(intakeOf);
  for (const { intakeKey, object } of [...filedBefore, ...stored]) await intake.put(intakeKey, object);
  for (const { intakeKey } of filedBefore) await file(ports, intakeKey);
  const fingerprint = readOriginal(Buffer.from(arrivals[0]?.raw ?? ''))?.fingerprint ?? '';

  const filings = stored.flatMap(({ arrival, intakeKey }) =>
    Array.from(
      { length: arrival.workers ?? 1 },
      (_, worker): Process => ({
        name: `${arrival.name}${worker}`,
        crashes: arrival.crashes,
        start: (gate: Gate) => file(gatedPorts(ports, gate), intakeKey),
      }),
    ),
  );
  const purging = Array.from(
    { length: purges },
    (_, index): Process => ({
      name: `purge${index}`,
      crashes: purgeCrashes,
      start: async (gate: Gate) => {
        await purgeMessage(gatedPorts(ports, gate), fingerprint, async (_record, present) =>
          present.every(({ mailboxId }) => mailboxId !== heldMailbox),
        );
      },
    }),
  );

  return {
    processes: [...filings, ...purging],
    fingerprint: () => fingerprintOf(tables, [intake, archive]),
    check: async () => {
      for (const arrival of [...filedBefore, ...stored]) await checkArrival(ports, arrival, fingerprint, heldMailbox);
    },
  };
}

async function file(ports: Ports, intakeKey: string): Promise<void> {
  const context = { ports, directory, journalDomain: 'journal.test' };
  const [unfiled] = await fileBatch(context, new ByteBudget(1), [{ intakeKey, sizeBytes: 1 }]);
  if (unfiled) throw unfiled.error;
}

const directory: FilingDirectory = {
  owners: async () => [],
  endpoint: async (endpointId) => ({
    endpointId,
    name: endpointId,
    localPart: endpointId,
    mailboxId: `mb-${endpointId}`,
    unknownAddresses: 'endpoint-only',
    allowedSources: [],
    trustedHosts: [],
    createdAt: at.toISOString(),
  }),
  mailbox: async () => undefined,
  createFor: async () => undefined,
};

interface StoredIntake {
  readonly arrival: WorldArrival;
  readonly facts: ArrivalFacts;
  readonly intakeKey: string;
  readonly object: Buffer;
}

function intakeOf(arrival: WorldArrival): StoredIntake {
  const facts: ArrivalFacts = {
    receivedAt: at.toISOString(),
    source: { kind: 'journal', endpointIds: [arrival.mailbox] },
    envelope: { mailFrom: '', rcptTo: [`${arrival.mailbox}@journal.test`] },
  };
  const object = Buffer.concat([envelopeLine(facts), Buffer.from(arrival.raw)]);
  return { arrival, facts, intakeKey: `incoming/smtp/${arrival.name}`, object };
}

function fingerprintOf(tables: MemoryTables, stores: readonly MemoryObjectStore[]): string {
  const rows = [...tables.snapshot().rows.values()].map(({ json }) => json).filter((json) => !json.includes('"mark#'));
  const objects = stores.flatMap((store) => [...store.snapshot()].map(([key, { body }]) => `${key} ${body.length}`));
  return `${rows.sort().join('\n')}\n${objects.sort().join('\n')}`;
}

/**
 * What must hold for every acknowledged arrival in the end: it has one outcome, and either somebody can
 * read its exact bytes through its filing in a live generation, or a purge that saw its filing removed it.
 */
async function checkArrival(
  ports: Ports,
  { arrival, facts, intakeKey }: StoredIntake,
  fingerprint: string,
  heldMailbox: string | undefined,
): Promise<void> {
  const { tables, archive } = ports;
  const arrivalId = arrivalIdOf(intakeKey);
  const ledger = await tables.get('messages', ledgerKeyOf(arrivalId, facts));
  if (!ledger) throw new Error(`${arrival.name} has no ledger entry`);
  const entry = typed<LedgerEntry>(ledger).data;
  let isVisible = false;
  let isPurged = false;
  for (let generation = 1; ; generation += 1) {
    const archiveId = archiveIdOf(fingerprint, generation);
    const item = await tables.get('messages', recordKey(archiveId));
    if (!item) break;
    const record = typed<MessageRecord>(item).data;
    const filing = await tables.get('messages', filingKey(archiveId, `mb-${arrival.mailbox}`, 'Inbox'));
    if (record.state === 'purged') {
      await purgeMessage(ports, archiveId, async () => true);
      const remains = [];
      for await (const { key } of archive.list(messagePrefix(archiveId))) remains.push(key);
      const tombstoned = record.tombstone?.arrivals.map((one) => one.arrivalId) ?? [];
      isPurged ||=
        tombstoned.includes(arrivalId) ||
        (filing !== undefined && tombstoned.includes(typed<Filing>(filing).data.arrivalId));
      // A put that raced with the purge is removed by its second pass, after the longest function time.
      expect(
        remains.filter((key) => tombstoned.some((id) => key.endsWith(id))),
        'purged bytes remain',
      ).toEqual([]);
    }
    if (record.state === 'live' && filing) {
      isVisible = true;
      await checkBytes(archive, archiveId, record.first.arrivalId);
      await checkBytes(archive, archiveId, typed<Filing>(filing).data.arrivalId);
    }
  }
  if (heldMailbox === `mb-${arrival.mailbox}` && !isVisible) throw new Error(`${arrival.name} is held and gone`);
  if (!isVisible && !isPurged) throw new Error(`${arrival.name} is lost; its ledger says ${entry.outcome}`);
}

async function checkBytes(archive: Ports['archive'], archiveId: string, arrivalId: string): Promise<void> {
  const object = await archive.get(arrivalKey(archiveId, arrivalId));
  if (!object) return;
  decodeArrival(archiveId, object.body);
}
