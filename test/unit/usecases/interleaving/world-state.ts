import type { Point, UnfoldedProcess } from './unfolded-process.ts';

/** One copy of a process. */
interface Slot {
  readonly group: UnfoldedProcess;
  /** First slot of the same process, and the first that is another's. */
  readonly from: number;
  readonly to: number;
}

/** A life is where a process stands and how often it may still die. */
const LIVES = 8;
/** So that sets of slots are small numbers. */
const MAX_SLOTS = 16;

/**
 * A state of a world: the contents of its stores, and where each process stands; a row of whole numbers, which is
 * written over from state to state. Sets of slots are numbers with a bit for each.
 */
export class WorldState {
  readonly row: Int32Array;
  readonly slots: readonly Slot[];

  constructor(groups: readonly UnfoldedProcess[]) {
    const slots: Slot[] = [];
    for (const group of groups) {
      const from = slots.length;
      const { copies, crashes } = group.process;
      for (let copy = 0; copy < copies; copy += 1) slots.push({ group, from, to: from + copies });
      if (crashes >= LIVES) throw new Error('a process dies too often');
    }
    if (slots.length > MAX_SLOTS) throw new Error('too many processes');
    this.slots = slots;
    this.row = Int32Array.from([0, ...slots.map(({ group }) => group.process.crashes)]);
  }

  get contents(): number {
    return this.row[0] ?? 0;
  }

  /** Those that are not done. */
  get moving(): number {
    let moving = 0;
    for (let slot = 0; slot < this.slots.length; slot += 1) {
      if (this.point(slot).calls.length > 0) moving |= 1 << slot;
    }
    return moving;
  }

  group(slot: number): UnfoldedProcess {
    const { group } = this.slots[slot] ?? {};
    if (!group) throw new Error('no such process');
    return group;
  }

  point(slot: number): Point {
    return this.group(slot).point(Math.floor((this.row[slot + 1] ?? 0) / LIVES));
  }

  crashes(slot: number): number {
    return (this.row[slot + 1] ?? 0) % LIVES;
  }

  /** Writes into `row` the state where one process has moved; copies of it are interchangeable, so they are sorted. */
  moved(row: Int32Array, contents: number, slot: number, point: number, crashes: number): void {
    row.set(this.row);
    row[0] = contents;
    const isDone = this.group(slot).point(point).calls.length === 0;
    row[slot + 1] = point * LIVES + (isDone ? 0 : crashes);
    const { from, to } = this.slots[slot] ?? { from: 0, to: 0 };
    if (to - from > 1) row.subarray(from + 1, to + 1).sort();
  }
}
