import type { AuditEvent } from '../../domain/audit-event.ts';
import { isPurged, type PurgeCause, type PurgeOutcome, type PurgeRefusal } from '../../domain/deletion/purge-cause.ts';
import { ObjectLockedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { EVENT_PREFIX } from '../audit/audit-keys.ts';
import { typed } from '../item-data.ts';
import { purgeWorkKey, purgeWorkListKey, quarantineItemKey } from '../message-keys.ts';
import { newId } from '../new-id.ts';
import { purgeQuarantined } from '../purge-quarantined.ts';
import { keeperOfQuarantined, type QuarantineJudge } from './keeps-quarantined.ts';
import { planPurges } from './purge-work.ts';

/** What purging input in quarantine works with. */
export interface QuarantinePurging extends QuarantineJudge {
  readonly ports: Pick<Ports, 'tables' | 'archive' | 'clock' | 'log' | 'audit' | 'entropy'>;
}

/**
 * Purges input in quarantine that `deleteQuarantined` was told of, if a legal hold, the longest minimum that could
 * apply and the locks of the storage let it go; decided while nobody can replay it. Audited, whatever comes of it. What
 * is refused has to be asked for again. Safe to repeat, and takes up a purge that died. Throws `StorageError`.
 */
export async function doQuarantineWork(context: QuarantinePurging, id: string): Promise<PurgeOutcome | undefined> {
  const { ports } = context;
  const planned = await ports.tables.get('messages', purgeWorkKey(id));
  if (!planned) return undefined;
  const { cause, phase } = typed<Planned>(planned).data;
  const item = await ports.tables.get('activity', quarantineItemKey(id));
  let refusal: PurgeRefusal = item ? 'busy' : 'gone';
  const outcome = await purgeQuarantined(ports, id, async (quarantined) => {
    const keeper = await keeperOfQuarantined(context, quarantined);
    if (keeper) refusal = keeper.refusal;
    return keeper === undefined;
  }).then(
    (isGone): PurgeOutcome => (isGone ? 'purged' : refusal),
    (error: unknown): PurgeOutcome => {
      // It is in no list any more; its bytes wait for a lock to end.
      if (error instanceof ObjectLockedError) return 'bytes_locked';
      throw error;
    },
  );
  // Afterwards it is repeated only to delete what is left.
  if (phase !== 'empty') await audit(ports, id, cause, outcome);
  if (outcome === 'bytes_locked') await planAgain(ports, id, planned);
  else if (outcome === 'busy') await planPurges(ports, [id], cause);
  else await ports.tables.deleteIfVersion('messages', purgeWorkKey(id), planned.version);
  return outcome;
}

/** What `planPurges` writes. */
interface Planned {
  readonly cause: PurgeCause;
  readonly phase: 'decide' | 'empty';
}

/** Locks end on days. */
const AGAIN_AFTER_MS = 24 * 60 * 60_000;

async function planAgain({ tables, clock }: QuarantinePurging['ports'], id: string, planned: Item): Promise<void> {
  const dueAt = new Date(clock.now().getTime() + AGAIN_AFTER_MS).toISOString();
  const data = { ...planned.data, phase: 'empty', dueAt };
  await tables.put('messages', { ...planned, indexes: { list: purgeWorkListKey(id, dueAt) }, data });
}

async function audit(
  ports: QuarantinePurging['ports'],
  id: string,
  cause: PurgeCause,
  outcome: PurgeOutcome,
): Promise<void> {
  const isFailure = outcome === 'busy' || outcome === 'gone';
  const event: AuditEvent = {
    eventId: newId(ports, EVENT_PREFIX),
    at: ports.clock.now().toISOString(),
    actor: { system: 'purge-messages', ...(cause.kind === 'person' ? { userName: cause.by } : {}) },
    source: '',
    action: 'deletion.purge',
    object: { kind: 'quarantine', id },
    outcome: isPurged(outcome) ? 'done' : isFailure ? 'failed' : 'denied',
    ...(isPurged(outcome) ? {} : { code: outcome }),
    detail: { cause: cause.kind, ...(outcome === 'bytes_locked' ? { bytes: 'locked' } : {}) },
  };
  // Whatever categories are switched off.
  await ports.audit.append(event);
}
