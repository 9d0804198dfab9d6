import type { World } from './explorer.ts';
import type { Gate } from './run.ts';

export interface LeftOut {
  /** Of calls that are not made; all, or those that are made next after one with the other name. */
  readonly name: RegExp;
  readonly after?: RegExp;
  /** What their processes are answered all the same. */
  readonly answer?: unknown;
}

/** A world whose processes leave out what they must not. */
export function leavingOut(world: World, { name, after, answer }: LeftOut): World {
  const breaking = (gate: Gate): Gate => {
    let last = '';
    return async (call) => {
      const isLeftOut = name.test(call.name) && (after?.test(last) ?? true);
      last = call.name;
      return isLeftOut ? (answer as never) : await gate(call);
    };
  };
  const processes = world.processes.map((process) => ({
    ...process,
    start: (gate: Gate) => process.start(breaking(gate)),
  }));
  return { ...world, processes };
}
