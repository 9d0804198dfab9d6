import type { MessageScope } from '../../../../shared/domain/message-scope.ts';
import type { LegalHold } from '../../../../shared/domain/retention/legal-hold.ts';
import { createHold, type NewHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { hitsOf, planScope } from '../../../../shared/usecases/scopes/find-in-scope.ts';
import { inProcessWorkers } from '../../../../shared/usecases/search/find/in-process-workers.ts';
import { indexUnit } from '../../../../shared/usecases/search/index/index-unit-run.ts';
import { pendingUnits } from '../../../../shared/usecases/search/index/marks.ts';
import { UnitReader } from '../../../../shared/usecases/search/read/unit-reader.ts';
import { indexWorld } from '../search/index/index-world.ts';

/** Mail that is filed and indexed in memory, and what holds work with. */
export async function holdMail(seed = 'holds') {
  const world = await indexWorld(seed);
  const { ports, configuration } = world;
  const reader = new UnitReader(ports, { manifestAgeMs: 0 });
  const workers = inProcessWorkers({ reader, now: () => 0 });
  const index = world.contextOn();
  const search = { workers, reader, addresses: configuration.addresses };
  const context = { ...index, ...search };

  /** Indexes whatever waits anywhere. */
  async function indexAll(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds += 1) {
      const units = [];
      for await (const { unit } of pendingUnits(ports)) units.push(unit);
      if (units.length === 0) return;
      for (const unit of units) await indexUnit(index, unit);
    }
    throw new Error('something waits for ever');
  }

  async function archiveIds(): Promise<readonly string[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await ports.tables.scan('messages', { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
      const records = page.items.filter(({ pk, sk }) => pk.startsWith('message#') && sk === 'record');
      ids.push(...records.map(({ pk }) => pk.slice('message#'.length)));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return ids.toSorted();
  }

  /** The mailboxes that a search over the whole index finds each message in. */
  async function foundBySearch(hold: LegalHold): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, string[]>();
    for await (const { archiveId, mailboxId } of hitsOf(search, await planScope(search, hold))) {
      found.set(archiveId, [...(found.get(archiveId) ?? []), mailboxId]);
    }
    return new Map([...found].map(([archiveId, mailboxIds]) => [archiveId, mailboxIds.toSorted()]));
  }

  const hold = (scope: MessageScope, more: Partial<NewHold> = {}): Promise<LegalHold> =>
    createHold(
      { ports, addresses: configuration.addresses },
      { name: 'case', matter: '17/2026', reason: 'litigation', createdBy: 'admin', scope, ...more },
    );

  return { ...world, index, search, context, indexAll, archiveIds, foundBySearch, hold };
}

export type HoldMail = Awaited<ReturnType<typeof holdMail>>;
