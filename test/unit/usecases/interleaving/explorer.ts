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
  restarts: number;
  done: boolean;
}

type Choice = { readonly index: number; readonly crash: boolean };

/** How often a process may fail and be tried again before the schedule counts as endless. */
const MAX_RESTARTS = 12;

export interface Explored {
  readonly states: number;
  readonly schedules: number;
}

/** Explores a world from its start; `build` must make the same world each time. Throws what `check` throws, with the schedule. */
export async function explore(build: () => World): Promise<Explored> {
  const seen = new Set<string>();
  const prefixes: (readonly Choice[])[] = [[]];
  let schedules = 0;
  for (let prefix = prefixes.pop(); prefix; prefix = prefixes.pop()) {
    const world = build();
    const running = world.processes.map(begin);
    const taken: Choice[] = [];
    const labels: string[] = [];
    await settle();
    for (;;) {
      const replayed = prefix[taken.length];
      let choice = replayed;
      if (!choice) {
        const state = stateOf(world, running);
        if (seen.has(state)) break;
        seen.add(state);
        const [first, ...others] = choicesOf(running);
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
              running.answers += `|${label}=${JSON.stringify(answer)}`;
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
  return `${world.fingerprint()}\n${running.map((one) => `${one.done}${one.answers}${one.waiting.map((w) => w.label)}`).join('\n')}`;
}

/** A process at a step of its own goes on alone: when it does so makes no difference to the others. */
function choicesOf(running: readonly Running[]): readonly Choice[] {
  const able = running.map((one, index) => ({ one, index })).filter(({ one }) => !one.done && one.waiting.length > 0);
  const moving = able.filter(({ one }) => one.waiting[0]?.label !== 'again');
  const own = moving.find(({ one }) => one.waiting[0]?.own);
  const chosen = own ? [own] : moving.length > 0 ? [...moving, ...able.filter((a) => !moving.includes(a))] : able;
  return chosen.flatMap(({ one, index }) => [
    { index, crash: false },
    ...(one.crashesLeft > 0 && one.waiting[0]?.label !== 'again' ? [{ index, crash: true }] : []),
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
  next.run();
  return `${one.process.name} ${next.label}`;
}

/** Lets everything that was answered run until it waits at the gate again. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
