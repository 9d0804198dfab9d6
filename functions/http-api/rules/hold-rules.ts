import { ConflictError } from '../../../shared/errors.ts';
import type { SensitiveRule } from '../route.ts';

/** The release of a hold: what it covered may go. Custodians are not told of holds, so nobody is. */
export const releaseHoldRule: SensitiveRule<{ readonly holdId: string }, unknown> = async ({ api, params }) => {
  const { holdId, state } = await api.settings.holds.get(params.holdId);
  if (state !== 'active') throw new ConflictError(`legal hold ${holdId} is released already`);
  return { action: 'releaseHold', concerned: [], pins: { holdId } };
};
