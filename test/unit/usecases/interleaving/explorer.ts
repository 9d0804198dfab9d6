import { StorageError } from '../../../../shared/errors.ts';
import { Calls } from './calls.ts';
import { Contents, type Stores } from './contents.ts';
import { Numbers, StepsInto } from './numbers.ts';
import { toFollow } from './persistent-set.ts';
import type { Answer } from './run.ts';
import { StateTable } from './state-table.ts';
import { type Process, UnfoldedProcess } from './unfolded-process.ts';
import { WorldState } from './world-state.ts';

/**
 * Explores every order in which processes can take their steps on shared stores, with crashes at any of
 * them. A process is the real use case on ports whose calls wait until the explorer grants them; calls
 * that a process makes at once take effect in any order.
 *
 * A state is the contents of the stores and what each process has been answered since it started. Both are
 * numbered, and what a call does to contents, and an answer to a process, is worked out once: a step
 * between known states is a few look-ups. What keeps it exhaustive with fewer states:
 * - From a state only processes are followed whose calls under way nobody else can ever tell the order of (`toFollow`),
 *   by what calls say that they touch, and by all that each process was seen to do from where it stands, in any state.
 *   As more is seen, states that this was too little for are followed further, until none is left.
 * - Answers to calls under way at once are the same in any order (`UnfoldedProcess`), and all that are done are.
 * - A process dies only right after it changed something: dying later is the same to everybody else, and it
 *   begins again with nothing.
 * - Copies of a process are interchangeable.
 *
 * Why no schedule is missed by the first of these: let one lead from a state that was reached to an end, to a failure of a
 * process, to where no end can be reached, or to a step that was not seen. If any of the processes followed moves in it, its
 * first step can be taken first, as nothing before matters to it: that state was reached, and the rest is shorter. If
 * none does, a step of theirs towards an end can be taken before all of it, and there are fewer such steps. There are
 * some from every state: one without is followed in full, and where all that it leads to are such, that is the error.
 */
export interface World {
  readonly processes: readonly Process[];
  readonly stores: Stores;
  /** Throws where something that must hold at the end of every schedule does not. May change the stores. */
  readonly check: () => Promise<void>;
}

export interface Explored {
  readonly states: number;
  /** Different contents of the stores that a schedule can end with, as texts. */
  readonly ends: ReadonlySet<string>;
  readonly hasCrashed: boolean;
}

export interface ExploreOptions {
  /** Follows every process from every state, and tells orders of answers apart: to compare with. Default: false. */
  readonly followsAll?: boolean;
}

/** Explores a world from its start. Throws what `check` or a process throws, or that it never ends, with the schedule. */
export async function explore(world: World, { followsAll = false }: ExploreOptions = {}): Promise<Explored> {
  const calls = new Calls();
  const groups = await Promise.all(world.processes.map((process) => UnfoldedProcess.of(process, calls, followsAll)));
  return await new Exploration(world, calls, groups, followsAll).run();
}

/** About 4 GB. */
const MAX_STATES = 50_000_000;

class Exploration {
  readonly #world: World;
  readonly #calls: Calls;
  readonly #followsAll: boolean;
  readonly #contents: Contents;
  /** What a store answers that cannot say whether it wrote. */
  readonly #failed: Answer;
  readonly #states: StateTable;
  /** Of each state, the processes that were followed. */
  readonly #followed = new Numbers();
  /** The state from which each was reached first. */
  readonly #origins = new Numbers();
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  /** The state that is looked at, and one that it leads to. */
  readonly #state: WorldState;
  readonly #next: Int32Array;
  #hasCrashed = false;

  constructor(world: World, calls: Calls, groups: readonly UnfoldedProcess[], followsAll: boolean) {
    this.#world = world;
    this.#calls = calls;
    this.#followsAll = followsAll;
    this.#contents = new Contents(world.stores);
    this.#failed = this.#contents.numbered('failed', { error: new StorageError('test') });
    this.#state = new WorldState(groups);
    this.#next = this.#state.row.slice();
    this.#states = new StateTable(this.#next.length);
  }

  async run(): Promise<Explored> {
    this.#next[0] = this.#contents.now();
    this.#reach(-1);
    for (let isComplete = false; !isComplete; ) {
      while (await this.#followEach());
      isComplete = !(await this.#followEndless());
    }
    return { states: this.#states.length, ends: await this.#checkEnds(), hasCrashed: this.#hasCrashed };
  }

  /** Whether any state had to be followed further. */
  async #followEach(): Promise<boolean> {
    let isFurther = false;
    for (let number = 0; number < this.#states.length; number += 1) {
      this.#states.read(number, this.#state.row);
      const { moving } = this.#state;
      const followed = this.#followed.at(number);
      const slots = this.#followsAll ? moving & ~followed : toFollow(this.#state, this.#calls, moving, followed);
      if (slots === 0) continue;
      await this.#follow(number, slots);
      isFurther = true;
    }
    return isFurther;
  }

  /**
   * Whatever happened, there must be a way to an end: no retry may be in vain for ever. Follows all from states
   * without, as a process may go round alone there while others wait; throws where that was done.
   */
  async #followEndless(): Promise<boolean> {
    const isEnding = this.#ending();
    const first = isEnding.indexOf(0);
    if (first < 0) return false;
    let isFurther = false;
    for (let number = first; number >= 0; number = isEnding.indexOf(0, number + 1)) {
      this.#states.read(number, this.#state.row);
      const slots = this.#state.moving & ~this.#followed.at(number);
      if (slots === 0) continue;
      await this.#follow(number, slots);
      isFurther = true;
    }
    if (!isFurther) throw new Error(`${await this.#schedule(first)}\nnever ends`);
    return true;
  }

  /** Says of each state whether an end can be reached from it. */
  #ending(): Uint8Array {
    const into = new StepsInto(this.#states.length, this.#from, this.#to);
    const isEnding = new Uint8Array(this.#states.length);
    const found = this.#ends();
    for (let number = found.pop(); number !== undefined; number = found.pop()) {
      if (isEnding[number]) continue;
      isEnding[number] = 1;
      for (const from of into.of(number)) if (from >= 0 && !isEnding[from]) found.push(from);
    }
    return isEnding;
  }

  /** The states where everybody is done. */
  #ends(): number[] {
    const ends: number[] = [];
    for (let number = 0; number < this.#states.length; number += 1) {
      this.#states.read(number, this.#state.row);
      if (this.#state.moving === 0) ends.push(number);
    }
    return ends;
  }

  /** Follows these processes from the present state. */
  async #follow(number: number, slots: number): Promise<void> {
    this.#followed.set(number, this.#followed.at(number) | slots);
    await this.#eachStep(number, slots, () => this.#reach(number));
  }

  /** Names each step of these processes from the present state, while `#next` is what it leads to. */
  async #eachStep(number: number, slots: number, see: (step: string) => void): Promise<void> {
    for (let slot = 0; slot < this.#state.slots.length; slot += 1) {
      if ((slots & (1 << slot)) === 0) continue;
      for (const nth of this.#state.point(slot).calls.keys()) await this.#stepsOf(number, slot, nth, see);
    }
  }

  /** What comes of one call of a process. */
  async #stepsOf(number: number, slot: number, nth: number, see: (step: string) => void): Promise<void> {
    const { contents } = this.#state;
    const { id, calls } = this.#state.point(slot);
    const group = this.#state.group(slot);
    const crashes = this.#state.crashes(slot);
    const call = this.#calls.at(calls[nth] ?? -1);
    const effect =
      this.#contents.known(contents, calls[nth] ?? -1) ??
      (await this.#contents.effect(contents, calls[nth] ?? -1, call));
    const after = async (answer: Answer) => {
      try {
        return await group.after(id, nth, answer);
      } catch (cause) {
        throw new Error(`${await this.#schedule(number)}\n${group.process.name} ${call.name}\n${cause}`, { cause });
      }
    };
    const go = (what: string, left: number, point: number, crashesLeft: number) => {
      this.#state.moved(this.#next, left, slot, point, crashesLeft);
      see(`${group.process.name} ${call.name}${what}`);
    };
    go('', effect.contents, group.known(id, nth, effect.answer) ?? (await after(effect.answer)), crashes);
    if (crashes === 0 || effect.contents === contents) return;
    this.#hasCrashed = true;
    const failed = group.known(id, nth, this.#failed) ?? (await after(this.#failed));
    go(' and dies', effect.contents, 0, crashes - 1);
    go(' done, not answered', effect.contents, failed, crashes - 1);
    go(' failed', contents, failed, crashes - 1);
  }

  #reach(from: number): void {
    const to = this.#states.add(this.#next);
    if (to === this.#origins.length) {
      if (to === MAX_STATES) throw new Error('the world has too many states to explore');
      this.#origins.push(from);
      this.#followed.push(0);
    }
    this.#from.push(from);
    this.#to.push(to);
  }

  /** Checks the contents of every end, and answers them. */
  async #checkEnds(): Promise<ReadonlySet<string>> {
    const ends = new Set<string>();
    for (const end of this.#ends()) {
      this.#states.read(end, this.#state.row);
      const { contents } = this.#state;
      const text = this.#contents.text(contents);
      if (ends.has(text)) continue;
      ends.add(text);
      this.#contents.restore(contents);
      try {
        await this.#world.check();
      } catch (cause) {
        throw new Error(`${await this.#schedule(end)}\n${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    }
    return ends;
  }

  /** The steps by which a state was reached first. */
  async #schedule(last: number): Promise<string> {
    const steps: string[] = [];
    const reached = this.#next.slice();
    for (let to = last; to > 0; to = this.#origins.at(to)) {
      const from = this.#origins.at(to);
      this.#states.read(to, reached);
      this.#states.read(from, this.#state.row);
      let found = '';
      await this.#eachStep(from, this.#followed.at(from), (step) => {
        if (found === '' && this.#next.every((part, index) => part === reached[index])) found = step;
      });
      steps.push(found);
    }
    return steps.reverse().join('\n');
  }
}
