import { ArchiveError } from '../../errors.ts';
import { parseEnveloped } from '../../mail/enveloped-bytes.ts';
import type { ArrivalNudge } from './accept-arrival.ts';
import { arrivalIdOf } from './arrival-id.ts';
import type { ByteBudget } from './byte-budget.ts';
import { fileBatch, finish } from './file-batch.ts';
import type { FilingContext } from './filing-context.ts';
import { quarantineArrival } from './quarantine-arrival.ts';

/**
 * Settles an arrival that the queue gave up on: tries it once more alone; where that fails for a reason
 * in the arrival itself, it goes to quarantine as `poison`. Where the reason may pass (`retryable`), it
 * stays in intake for the sweep, and the failure is thrown.
 */
export async function settleDeadLetter(context: FilingContext, budget: ByteBudget, nudge: ArrivalNudge): Promise<void> {
  const { ports } = context;
  const [unfiled] = await fileBatch(context, budget, [nudge]);
  if (!unfiled) return;
  if (unfiled.error instanceof ArchiveError && unfiled.error.retryable) throw unfiled.error;
  const object = await ports.intake.get(nudge.intakeKey);
  if (!object) return;
  const { facts, raw } = parseEnveloped(nudge.intakeKey, object.body);
  const arrival = { arrivalId: arrivalIdOf(nudge.intakeKey), facts, raw };
  await finish(context, [await quarantineArrival(ports, arrival, 'poison')]);
  await ports.intake.delete(nudge.intakeKey);
}
