import { StorageError } from '../../../../shared/errors.ts';
import { Numbers, StepsInto } from './numbers.ts';
import { type Answer, type Call, type Process, UnfoldedProcess } from './unfolded-process.ts';

/**
 * Explores every order in which processes can take their steps on shared stores, with crashes at any of
 * them. A process is the real use case on ports whose calls wait until the explorer grants them; calls
 * that a process makes at once take effect in any order.
 *
 * A state is the contents of the stores and what each process has been answered since it started. Both are
 * numbered, and what a call does to contents, and an answer to a process, is worked out once: a step
 * between known states is a few look-ups. What keeps it exhaustive with fewer states:
 * - A process whose calls under way are all its own goes alone. Nobody else can tell when it goes, and
 *   every way round (a retry) passes a call that is not its own.
 * - A process dies only right after it changed something: dying later is the same to everybody else, and it
 *   begins again with nothing.
 * - Copies of a process are interchangeable.
 */
export interface World {
  readonly processes: readonly Process[];
  readonly stores: Stores;
  /** Throws where something that must hold at the end of every schedule does not. May change the stores. */
  readonly check: () => Promise<void>;
}

export interface Stores {
  /** Answers what puts the contents of now back. */
  readonly keep: () => () => void;
  /** A text that is equal for equal contents. */
  readonly text: () => string;
}

export interface Explored {
  readonly states: number;
  /** Different contents of the stores that a schedule can end with. */
  readonly ends: number;
  readonly crashes: number;
}

/** Explores a world from its start. Throws what `check` or a process throws, or that it never ends, with the schedule. */
export async function explore(world: World): Promise<Explored> {
  const groups = await Promise.all(world.processes.map((process) => UnfoldedProcess.of(process)));
  return await new Exploration(world, groups).run();
}

/** One copy of a process within a state, as a number: where it is and how often it may still die. */
type Life = number;
const LIVES = 8;
/** What a `Map` can hold. */
const MAX_STATES = 16_000_000;

interface Slot {
  readonly group: UnfoldedProcess;
  /** First slot of the same group. */
  readonly from: number;
  readonly to: number;
}

interface State {
  readonly contents: number;
  readonly lives: readonly Life[];
}

/** What a store answers that cannot say whether it wrote. */
const FAILED: Answer = { text: 'failed', error: new StorageError('test') };

interface Step {
  readonly from: number;
  /** Of the process. */
  readonly name: string;
  readonly call: string;
  readonly what: string;
}

/** What a call does to certain contents. */
interface Effect {
  readonly contents: number;
  readonly answer: Answer;
}

class Exploration {
  readonly #world: World;
  readonly #slots: readonly Slot[];
  readonly #contents = new Map<string, number>();
  readonly #restore: (() => void)[] = [];
  readonly #effects: Map<string, Effect>[] = [];
  /** Those still to be looked at, by their numbers. */
  readonly #states: (State | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  /** The first step into each state. */
  readonly #origins: Step[] = [];
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  readonly #ends: number[] = [];
  /** A state for each contents of the stores that a schedule can end with. */
  readonly #endContents = new Map<number, number>();
  #crashes = 0;

  constructor(world: World, groups: readonly UnfoldedProcess[]) {
    this.#world = world;
    this.#slots = groups.flatMap((group, index) => {
      const from = groups.slice(0, index).reduce((sum, { process }) => sum + process.copies, 0);
      return Array.from({ length: group.process.copies }, () => ({ group, from, to: from + group.process.copies }));
    });
  }

  async run(): Promise<Explored> {
    const lives = this.#slots.map(({ group }) => group.process.crashes);
    this.#reach({ from: -1, name: '', call: '', what: '' }, { contents: this.#contentsNow(), lives });
    for (let number = 0; number < this.#states.length; number += 1) {
      const state = this.#states[number];
      if (state) await this.#expand(number, state);
      this.#states[number] = undefined;
    }
    for (const [contents, end] of this.#endContents) await this.#check(contents, end);
    this.#checkEnding();
    return { states: this.#states.length, ends: this.#endContents.size, crashes: this.#crashes };
  }

  async #expand(from: number, state: State): Promise<void> {
    const moving = this.#slots.flatMap(({ group }, slot) => {
      const point = group.point(pointOf(state.lives[slot]));
      return point.calls.length > 0 ? [{ slot, group, point }] : [];
    });
    if (moving.length === 0) {
      this.#ends.push(from);
      if (!this.#endContents.has(state.contents)) this.#endContents.set(state.contents, from);
    }
    const isDone = (name: string) => moving.every(({ group }) => group.process.name !== name);
    const own = moving.find(({ point }) =>
      point.calls.every((call) => (typeof call.own === 'string' ? isDone(call.own) : call.own)),
    );
    for (const { slot, group, point } of own ? [own] : moving) {
      for (const [nth, call] of point.calls.entries()) {
        const { contents, answer } =
          this.#effect(state.contents, call) ?? (await this.#newEffect(state.contents, call));
        const { name } = group.process;
        const crashes = crashesOf(state.lives[slot]);
        const go = async (what: string, after: number, answered: Answer, left: number) => {
          const step = { from, name, call: call.name, what };
          const next =
            group.known(point.id, nth, answered) ?? (await this.#after(step, group, point.id, nth, answered));
          this.#reach(step, { contents: after, lives: this.#with(state.lives, slot, next * LIVES + left) });
        };
        await go('', contents, answer, crashes);
        if (crashes === 0 || contents === state.contents) continue;
        this.#crashes += 1;
        const dead = { contents, lives: this.#with(state.lives, slot, crashes - 1) };
        this.#reach({ from, name, call: call.name, what: 'and dies' }, dead);
        await go('done, not answered', contents, FAILED, crashes - 1);
        await go('failed', state.contents, FAILED, crashes - 1);
      }
    }
  }

  async #after(step: Step, group: UnfoldedProcess, id: number, nth: number, answer: Answer) {
    try {
      return await group.after(id, nth, answer);
    } catch (cause) {
      throw new Error(`${this.#schedule(step)}\n${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  #reach(step: Step, state: State): void {
    const key = `${state.contents} ${state.lives.join(' ')}`;
    let to = this.#numbers.get(key);
    if (to === undefined) {
      to = this.#states.length;
      if (to === MAX_STATES) throw new Error('the world has too many states to explore');
      this.#numbers.set(key, to);
      this.#states.push(state);
      this.#origins.push(step);
    }
    this.#from.push(step.from);
    this.#to.push(to);
  }

  /** With one life changed, and the copies of its process in order. */
  #with(lives: readonly Life[], slot: number, life: Life): readonly Life[] {
    const changed = lives.with(slot, life);
    const { from, to } = this.#slots[slot] ?? { from: 0, to: 0 };
    if (to - from < 2) return changed;
    const alike = changed.slice(from, to).sort((one, other) => one - other);
    return [...changed.slice(0, from), ...alike, ...changed.slice(to)];
  }

  #effect(contents: number, call: Call): Effect | undefined {
    return this.#effects[contents]?.get(call.name);
  }

  async #newEffect(contents: number, call: Call): Promise<Effect> {
    this.#restore[contents]?.();
    const answer = await answerOf(call);
    const effect: Effect = { contents: this.#contentsNow(), answer };
    this.#effects[contents]?.set(call.name, effect);
    return effect;
  }

  #contentsNow(): number {
    const text = this.#world.stores.text();
    const known = this.#contents.get(text);
    if (known !== undefined) return known;
    this.#restore.push(this.#world.stores.keep());
    this.#effects.push(new Map());
    this.#contents.set(text, this.#contents.size);
    return this.#contents.size - 1;
  }

  async #check(contents: number, end: number): Promise<void> {
    this.#restore[contents]?.();
    try {
      await this.#world.check();
    } catch (cause) {
      const schedule = this.#schedule(this.#origins[end]);
      throw new Error(`${schedule}\n${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  /** Whatever happened, there must be a way to an end: no retry may be in vain for ever. */
  #checkEnding(): void {
    const into = new StepsInto(this.#states.length, this.#from, this.#to);
    const isEnding = new Uint8Array(this.#states.length);
    const found = [...this.#ends];
    for (let number = found.pop(); number !== undefined; number = found.pop()) {
      if (isEnding[number]) continue;
      isEnding[number] = 1;
      for (const from of into.of(number)) if (from >= 0 && !isEnding[from]) found.push(from);
    }
    const endless = isEnding.indexOf(0);
    if (endless >= 0) throw new Error(`${this.#schedule(this.#origins[endless])}\nnever ends`);
  }

  #schedule(last: Step | undefined): string {
    const steps: string[] = [];
    for (let step = last; step && step.from >= 0; step = this.#origins[step.from]) {
      steps.push(`${step.name} ${step.call} ${step.what}`);
    }
    return steps.reverse().join('\n');
  }
}

function pointOf(life: Life | undefined): number {
  return Math.floor((life ?? 0) / LIVES);
}

function crashesOf(life: Life | undefined): number {
  return (life ?? 0) % LIVES;
}

async function answerOf(call: Call): Promise<Answer> {
  try {
    const value = await call.run();
    return { text: JSON.stringify(value, shortBytes) ?? '', value };
  } catch (error) {
    return { text: `! ${error}`, error };
  }
}

/** Bytes are told apart by what they hold, as text of any encoding. */
function shortBytes(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
