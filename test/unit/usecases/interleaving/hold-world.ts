import { hash } from 'node:crypto';
import { createManualClock } from '../../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryObjectStore } from '../../../../shared/adapters/memory/memory-object-store.ts';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { holdsOnMessage } from '../../../../shared/usecases/holds/holds-on-message.ts';
import type { HoldContext } from '../../../../shared/usecases/holds/lone-documents.ts';
import { inProcessExtractor } from '../../../../shared/usecases/in-process-extractor.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { createIndexContext } from '../../../../shared/usecases/search/index/index-context.ts';
import { putFiling } from '../filed-mail.ts';
import { createMemoryPorts } from '../memory-ports.ts';
import type { World } from './explorer.ts';
import { gatedPorts } from './gated-ports.ts';
import type { Process } from './unfolded-process.ts';

const ARCHIVE_ID = `1-${'a'.repeat(64)}`;
const AT = new Date('2026-03-01T10:00:00.000Z');
/** What whoever made the hold saw of the message when the hold was answered. */
const ANSWERED = { pk: 'answered', sk: '-' };

export interface HoldWorldOptions {
  /** Purges of the message at once, and how often each may die. */
  readonly purges: number;
  readonly purgeCrashes: number;
  /** Purges that are refused, whatever holds there are. */
  readonly refused?: number;
}

/** A message that nothing keeps, purges of it that ask for holds, and a hold of everything that is made meanwhile. */
export async function holdWorld({ purges, purgeCrashes, refused = 0 }: HoldWorldOptions): Promise<World> {
  const clock = createManualClock(AT);
  const tables = createMemoryTables();
  const archive = createMemoryObjectStore({ clock });
  const memory = createMemoryPorts('holds');
  const ports: Ports = { ...memory, clock, tables, archive, log: { append: async () => undefined } };
  const first = { arrivalId: 'arrival', contentHash: '', arrivalHash: '', sizeBytes: 1, versionId: '' };
  const record = { state: 'live', archivedAt: AT.toISOString(), first: { ...first, receivedAt: AT.toISOString() } };
  await tables.put('messages', { ...recordKey(ARCHIVE_ID), version: 1, data: { ...record, summary: {} } });
  await putFiling(tables, { archiveId: ARCHIVE_ID, mailboxId: 'mb-1', receivedAt: AT.toISOString() });
  const gated = (gate: Parameters<Process['start']>[0]) => ({
    ...gatedPorts(ports, gate, { seesVersions: true }),
    entropy: createSeededEntropy('process'),
  });

  const purge: Process = {
    name: 'purge',
    copies: purges,
    crashes: purgeCrashes,
    start: async (gate) => {
      const own = gated(gate);
      await purgeMessage(own, ARCHIVE_ID, async (message, filings) => {
        const holds = await holdsOnMessage(contextOn(own), ARCHIVE_ID, { record: message, filings });
        return holds.length === 0;
      });
    },
  };
  const refusal: Process = {
    name: 'refused purge',
    copies: refused,
    crashes: 0,
    start: async (gate) => void (await purgeMessage(gated(gate), ARCHIVE_ID, async () => false)),
  };
  const hold: Process = {
    name: 'hold',
    copies: 1,
    crashes: 0,
    start: async (gate) => {
      const own = gated(gate);
      const wanted = {
        name: 'case',
        matter: '1',
        reason: 'r',
        scope: { everything: true },
        createdBy: 'admin',
      } as const;
      await createHold({ ports: own, addresses: { all: async () => [] } }, wanted);
      const seen = await own.tables.get('messages', recordKey(ARCHIVE_ID));
      await own.tables.put('activity', { ...ANSWERED, version: 1, data: { state: String(seen?.data.state) } });
    },
  };
  return {
    processes: [purge, refusal, hold],
    stores: {
      keep: () => {
        const kept = [tables.snapshot(), archive.snapshot()] as const;
        return () => {
          tables.restore(kept[0]);
          archive.restore(kept[1]);
        };
      },
      text: () =>
        hash(
          'sha1',
          [...tables.snapshot().rows.values()]
            .map(({ table, json }) => table + json)
            .sort()
            .join('\n'),
        ),
    },
    check: async () => {
      const answered = await tables.get('activity', ANSWERED);
      const end = await tables.get('messages', recordKey(ARCHIVE_ID));
      if (!answered) throw new Error('the hold was not answered');
      if (end?.data.state === 'purged' && answered.data.state !== 'purged') {
        throw new Error(`the hold was answered while the message was ${answered.data.state}, and it went all the same`);
      }
      // Whoever comes later finds the hold, and a purge that died stops nobody.
      const late = { ...ports, entropy: createSeededEntropy('late') };
      const isGone = await purgeMessage(late, ARCHIVE_ID, async (message, filings) => {
        return (await holdsOnMessage(contextOn(late), ARCHIVE_ID, { record: message, filings })).length === 0;
      });
      if (isGone !== (answered.data.state === 'purged')) throw new Error('a later purge does not heed the hold');
    },
  };
}

/** Nothing of any message is read for a hold of everything. */
function contextOn(ports: Ports): HoldContext {
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
  return createIndexContext({ ...ports, extractor: inProcessExtractor }, configuration);
}
