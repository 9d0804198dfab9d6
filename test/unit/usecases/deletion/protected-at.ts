import { decideMessage } from '../../../../shared/usecases/retention/decide-message.ts';
import type { DeletionWorld } from './deletion-world.ts';

/** The messages that a hold or a minimum keeps, so many milliseconds from now, judged before anything may delete. */
export async function protectedAt(
  { context, ports, archiveIds }: DeletionWorld,
  afterMs: number,
): Promise<ReadonlySet<string>> {
  const at = new Date(ports.clock.now().getTime() + afterMs);
  const { prepared } = await context.policies.now();
  const kept = new Set<string>();
  for (const id of await archiveIds()) {
    const message = await decideMessage(context, id, prepared, at);
    const holds = await context.holdsOn(id, message);
    if (holds.length > 0 || message.decision.state === 'under_minimum') kept.add(id);
  }
  return kept;
}
