import { ForbiddenError, LegalHoldError, UnderRetentionError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { quarantinedItem } from '../reading/quarantine.ts';
import type { DeletionSettings } from '../settings/deletion-settings.ts';
import { keeperOfQuarantined, type QuarantineJudge } from './keeps-quarantined.ts';
import { planPurges, queuePurges } from './purge-work.ts';

/** What deleting input in quarantine works with. */
export interface QuarantineDesk extends QuarantineJudge {
  readonly ports: QuarantineJudge['ports'] & Pick<Ports, 'queue'>;
  readonly settings: { get(): Promise<DeletionSettings> };
}

/**
 * Throws where input in quarantine cannot be deleted now: `NotFoundError`, `ForbiddenError` while deletion is switched off,
 * `LegalHoldError`, `UnderRetentionError`.
 */
export async function checkQuarantinedDeletable(
  desk: Pick<QuarantineDesk, 'ports' | 'policies' | 'settings'>,
  id: string,
): Promise<void> {
  const { data } = await quarantinedItem(desk.ports, id);
  if (!(await desk.settings.get()).allowed) throw new ForbiddenError('deletion is switched off');
  const keeper = await keeperOfQuarantined(desk, data);
  if (!keeper) return;
  if (keeper.refusal === 'legal_hold') throw new LegalHoldError(id, keeper.holds, 'quarantined input');
  const { until, policies } = keeper;
  throw new UnderRetentionError(id, { until, policies }, 'quarantined input');
}

/**
 * Has input in quarantine deleted for good, soon; whoever does it decides anew. `by` is a user name. Safe to repeat. Throws as
 * `checkQuarantinedDeletable`.
 */
export async function deleteQuarantined(desk: QuarantineDesk, id: string, by: string): Promise<void> {
  await checkQuarantinedDeletable(desk, id);
  await planPurges(desk.ports, [id], { kind: 'person', by });
  await queuePurges(desk.ports, [id]);
}
