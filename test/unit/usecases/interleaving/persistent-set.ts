import type { Calls } from './calls.ts';
import type { WorldState } from './world-state.ts';

/**
 * Which processes have to be followed from a state, where `followed` were already: all that are not done, or fewer if
 * nothing that the others may ever do, alone, matters to the calls that these are about to make (a persistent set:
 * Godefroid, Partial-Order Methods for the Verification of Concurrent Systems, 1996). 0 if nobody else has to be.
 */
export function toFollow(state: WorldState, calls: Calls, moving: number, followed: number): number {
  if (followed === moving) return 0;
  let best = moving;
  for (let slot = 0; slot < state.slots.length; slot += 1) {
    if ((moving & (1 << slot)) === 0) continue;
    const closed = closedOf(state, calls, moving, 1 << slot);
    if ((closed & ~followed) === 0) return 0;
    if (sizeOf(closed) < sizeOf(best)) best = closed;
  }
  return best & ~followed;
}

/** These processes, all that may do what matters to their calls, what matters to theirs, and so on. */
function closedOf(state: WorldState, calls: Calls, moving: number, start: number): number {
  let closed = start;
  for (let isGrown = true; isGrown; ) {
    isGrown = false;
    for (let slot = 0; slot < state.slots.length; slot += 1) {
      if ((closed & (1 << slot)) === 0) continue;
      for (let other = 0; other < state.slots.length; other += 1) {
        const isOutside = (moving & ~closed & (1 << other)) !== 0;
        if (!isOutside || !state.point(slot).calls.some((call) => mayMatter(state, calls, call, other))) continue;
        closed |= 1 << other;
        isGrown = true;
      }
    }
  }
  return closed;
}

/** Whether a process may do anything that matters to this call. Whoever may die may do all that it ever does. */
function mayMatter(state: WorldState, calls: Calls, call: number, slot: number): boolean {
  const dependents = calls.dependents(call);
  const point = state.point(slot);
  // Nobody knows yet.
  if (!point.isFollowed) return true;
  if (dependents.meets(point.future)) return true;
  return state.crashes(slot) > 0 && dependents.meets(state.group(slot).point(0).future);
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size += 1;
  return size;
}
