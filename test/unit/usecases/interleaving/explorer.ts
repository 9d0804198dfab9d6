import { hash } from 'node:crypto';

/**
 * Explores every order in which processes can take their steps on shared stores, with crashes between
 * any two steps. A process is the real use case on ports whose calls wait until the explorer grants
 * them. States seen before are not explored again; a state is the stores and what each process has been
 * answered since it started.
 */
export interface World {
  readonly processes: readonly Process[];
  /** A text that is equal for equal contents of the shared stores. */
  readonly fingerprint: () => string;
  /** Throws where something that must hold at the end of every schedule does not. */
  readonly check: () => Promise<void>;
}

export interface Process {
  readonly name: string;
  /** How often it may die; it is started again each time. */
  readonly crashes: number;
  /** Starts it on ports whose every call goes through `gate`. Rejecting counts as a crash that costs nothing. */
  readonly start: (gate: Gate) => Promise<void>;
}

/** Runs a port call when the explorer grants it. `own`: no other process can tell when it happens. */
export type Gate = <T>(label: string, own: boolean, call: () => Promise<T>) => Promise<T>;

interface Waiting {
  readonly label: string;
  readonly own: boolean;
  readonly run: () => void;
}

interface Running {
  readonly process: Process;
  waiting: Waiting[];
  answers: string;
  crashesLeft: number;
  /** Whether its last step changed a store: dying anywhere else is dying earlier or not having started. */
  hasWritten: boolean;
  restarts: number;
  done: boolean;
}

type Choice = { readonly index: number; readonly crash: boolean };

/** How often a process may fail and be tried again before the schedule counts as endless. */
const MAX_RESTARTS = 40;

export interface Explored {
  readonly states: number;
  readonly schedules: number;
}

/** Explores a world from its start; `build` must make the same world each time. Throws what `check` throws, with the schedule. */
export async function explore(build: () => Promise<World>): Promise<Explored> {
  const seen = new Set<string>();
  const prefixes: (readonly Choice[])[] = [[]];
  let schedules = 0;
  for (let prefix = prefixes.pop(); prefix; prefix = prefixes.pop()) {
    const world = await build();
    const running = world.processes.map(begin);
    const taken: Choice[] = [];
    const labels: string[] = [];
    await settle();
    for (;;) {
      const replayed = prefix[taken.length];
      let choice = replayed;
      if (!choice) {
        const [first, ...others] = choicesOf(running);
        if (others.length > 0 || !first) {
          const state = stateOf(world, running);
          if (seen.has(state)) break;
          seen.add(state);
        }
        if (!first) {
          schedules += 1;
          await checkWorld(world, labels);
          break;
        }
        for (const other of others) prefixes.push([...taken, other]);
        choice = first;
      }
      labels.push(take(running, choice));
      taken.push(choice);
      await settle();
    }
  }
  return { states: seen.size, schedules };
}

async function checkWorld(world: World, labels: readonly string[]): Promise<void> {
  try {
    await world.check();
  } catch (cause) {
    throw new Error(`after: ${labels.join(', ')}`, { cause });
  }
}

function begin(process: Process): Running {
  const running: Running = {
    process,
    waiting: [],
    answers: '',
    crashesLeft: process.crashes,
    hasWritten: false,
    restarts: 0,
    done: false,
  };
  start(running);
  return running;
}

function start(running: Running): void {
  const life = ++running.restarts;
  if (life > MAX_RESTARTS) throw new Error(`${running.process.name} never ends`);
  running.waiting = [];
  running.hasWritten = false;
  running.answers = `life ${running.crashesLeft}`;
  const gate: Gate = (label, own, call) =>
    new Promise((resolve, reject) => {
      if (life !== running.restarts) return;
      running.waiting.push({
        label,
        own,
        run: () => {
          call().then(
            (answer) => {
              running.answers += `|${label}=${JSON.stringify(answer, withoutEtags)}`;
              resolve(answer);
            },
            (error: Error) => {
              running.answers += `|${label}!${error.message}`;
              reject(error);
            },
          );
        },
      });
    });
  running.process.start(gate).then(
    () => {
      if (life === running.restarts) running.done = true;
    },
    (error: { readonly retryable?: boolean }) => {
      if (life !== running.restarts) return;
      // A retryable failure comes again once something else has moved; anything else is a bug.
      if (!error.retryable) throw error;
      running.waiting = [{ label: 'again', own: false, run: () => start(running) }];
      running.answers = 'failed';
    },
  );
}

function stateOf(world: World, running: readonly Running[]): string {
  const lives = running.map((one) => `${one.done}${one.answers}${one.waiting.map((w) => w.label)}`);
  return hash('sha1', `${world.fingerprint()}\n${lives.join('\n')}`);
}

/** A process at a step of its own goes on alone: when it does so makes no difference to the others. */
function choicesOf(running: readonly Running[]): readonly Choice[] {
  const able = running.map((one, index) => ({ one, index })).filter(({ one }) => !one.done && one.waiting.length > 0);
  const moving = able.filter(({ one }) => one.waiting[0]?.label !== 'again');
  const own = moving.find(({ one }) => one.waiting[0]?.own);
  // What has to come again does so when nothing else moves: any earlier would find the same or be a late start.
  const chosen = own ? [own] : moving.length > 0 ? moving : able;
  return chosen.flatMap(({ one, index }) => [
    { index, crash: false },
    ...(one.crashesLeft > 0 && one.hasWritten ? [{ index, crash: true }] : []),
  ]);
}

function take(running: readonly Running[], { index, crash }: Choice): string {
  const one = running[index];
  const next = one?.waiting[0];
  if (!one || !next) throw new Error('a replayed schedule does not fit: the world is not the same each time');
  if (crash) {
    one.crashesLeft -= 1;
    start(one);
    return `${one.process.name} dies before ${next.label}`;
  }
  one.waiting = one.waiting.slice(1);
  one.hasWritten = /(put|delete|log)/i.test(next.label);
  next.run();
  return `${one.process.name} ${next.label}`;
}

/** Etags count writes in the memory store: they tell schedules apart that nobody else can. */
function withoutEtags(name: string, value: unknown): unknown {
  return name === 'etag' ? undefined : value;
}

/** Lets everything that was answered run until it waits at the gate again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
