import type { ArrivalFacts, QuarantineReason } from '../../domain/arrival.ts';
import { ArchiveError, DamagedError, EnvelopeMissingError } from '../../errors.ts';
import { arrivalIdOf } from '../arrival-id.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { fileBatch, finish } from './file-batch.ts';
import type { FilingContext } from './filing-context.ts';
import { type ArrivalNudge, emptyIntake, withIntakeObject } from './intake-object.ts';
import { quarantineArrival } from './quarantine-arrival.ts';

/**
 * Settles an arrival that failed too often: tries it once more alone; where that fails for a reason in the arrival
 * itself, it goes to quarantine. Where the reason may pass (`retryable`), it stays in intake for the sweep, and the
 * failure is thrown. With `hasKilled` it is not tried: the process that tried it alone before died of it.
 */
export async function settleDeadLetter(
  context: FilingContext,
  budget: ByteBudget,
  nudge: ArrivalNudge,
  { hasKilled = false }: { readonly hasKilled?: boolean } = {},
): Promise<void> {
  if (!hasKilled) {
    const [unfiled] = await fileBatch(context, budget, [nudge]);
    if (!unfiled) return;
    if (unfiled.error instanceof ArchiveError && unfiled.error.retryable) throw unfiled.error;
  }
  await quarantineUnread(context, budget, nudge);
}

/**
 * Puts an arrival into quarantine without reading it: `poison`, or `envelope_missing` where it is not known whose it
 * is. Safe to repeat.
 */
async function quarantineUnread(context: FilingContext, budget: ByteBudget, nudge: ArrivalNudge): Promise<void> {
  const { ports, locks } = context;
  const { intakeKey } = nudge;
  const quarantine = async (facts: ArrivalFacts, raw: Uint8Array, reason: QuarantineReason): Promise<void> => {
    const arrival = { arrivalId: arrivalIdOf(intakeKey), facts, raw };
    await finish(context, [await quarantineArrival(ports, arrival, reason, locks)]);
  };
  try {
    await withIntakeObject(context, budget, nudge, ({ facts, raw }) => quarantine(facts, raw, 'poison'));
  } catch (error) {
    if (!(error instanceof EnvelopeMissingError || error instanceof DamagedError)) throw error;
    const object = await ports.intake.get(intakeKey);
    if (!object) return;
    const facts: ArrivalFacts = {
      receivedAt: object.modifiedAt.toISOString(),
      source: { kind: 'journal', endpointIds: [] },
      envelope: { mailFrom: '', rcptTo: [] },
    };
    await quarantine(facts, object.body, 'envelope_missing');
  }
  await emptyIntake(ports, intakeKey);
}
