import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { StorageError } from '../../errors.ts';
import type { Answer, Question } from './protocol.ts';

/** What a process may take for the bytes it is asked about. */
export interface ProcessLimits {
  /** Of what is made of them; the bytes lie outside. Stops bytes that take all memory. */
  readonly heapMegabytes: number;
  /** Of everything, where the system tells it (Linux). Stops bytes that unpack to more than the machine has. */
  readonly residentMegabytes?: number;
  /** How long an answer may take, beside `secondsPerMegabyte`. Stops bytes that are read for ever. */
  readonly seconds: number;
  readonly secondsPerMegabyte: number;
  /** Whether the process may do anything to the machine beyond reading files, to load its code. */
  readonly isConfined: boolean;
}

/** Why there is no answer: time or memory ran out, or the process died. */
type ProcessEnd =
  | { readonly outcome: 'time'; readonly seconds: number }
  | { readonly outcome: 'memory' }
  | { readonly outcome: 'died' };

type Answered<Value> = { readonly outcome: 'answered'; readonly value: Value } | ProcessEnd;

/** So much is handed to the process ahead, so that it need not wait for the next question, and no more memory is taken. */
const MAX_AHEAD = 32;
const MAX_AHEAD_BYTES = 1024 * 1024;
const MEMORY_LOOK_MS = 100;
/** Until it is ready. Stops a machine that is too busy to start anything from waiting for ever. */
const START_SECONDS = 60;
const PAGE_BYTES = 4096;

interface Call {
  readonly question: Question;
  readonly resolve: (answer: Answered<never>) => void;
  readonly reject: (error: Error) => void;
}

/** Asks a process that may die of any question. */
export interface IsolatedProcess {
  /** The answer of `method`. Throws `StorageError` (retryable) where the process cannot be started. */
  ask<Value>(method: string, bytes: Uint8Array, argument: unknown): Promise<Answered<Value>>;
}

/**
 * A process that answers one question about hostile bytes after the other and is replaced when it dies: what waited
 * behind the question that killed it is answered all the same. (A thread is no such wall: where V8 cannot have a large
 * piece of memory, it ends the process.) `entry` is a module that calls `serveQuestions`. The process starts with the
 * first question and does not keep this one alive while it has nothing to do.
 */
export function createIsolatedProcess(entry: URL, limits: ProcessLimits): IsolatedProcess {
  const waiting: Call[] = [];
  let child: Child | undefined;

  const handOver = (): void => {
    for (let call = waiting[0]; call && (!child || child.hasRoomFor(call)); call = waiting[0]) {
      child ??= new Child(entry, limits, {
        onAnswer: handOver,
        onEnd: (ended, unread) => {
          waiting.unshift(...unread);
          if (child === ended) child = undefined;
          handOver();
        },
      });
      waiting.shift();
      child.run(call);
    }
  };

  return {
    ask: <Value>(method: string, bytes: Uint8Array, argument: unknown) =>
      new Promise<Answered<Value>>((resolve, reject) => {
        waiting.push({ question: { method, bytes, argument }, resolve, reject });
        handOver();
      }),
  };
}

/** How long an answer about so many bytes may take. */
export function secondsFor({ seconds, secondsPerMegabyte }: ProcessLimits, sizeBytes: number): number {
  return seconds + (sizeBytes / 1_000_000) * secondsPerMegabyte;
}

interface ChildEvents {
  readonly onAnswer: () => void;
  /** `unread` are those that waited behind the one it died of. */
  readonly onEnd: (child: Child, unread: readonly Call[]) => void;
}

class Child {
  readonly #child: ChildProcess;
  readonly #limits: ProcessLimits;
  /** In the order they are answered in: the first is being worked at. */
  readonly #calls: Call[] = [];
  #aheadBytes = 0;
  #watch: NodeJS.Timeout | undefined;
  #memoryWatch: NodeJS.Timeout | undefined;
  #end: ProcessEnd = { outcome: 'died' };
  #isReady = false;

  constructor(entry: URL, limits: ProcessLimits, { onAnswer, onEnd }: ChildEvents) {
    this.#limits = limits;
    const confinement = limits.isConfined ? ['--permission', '--allow-fs-read=*'] : [];
    this.#child = fork(fileURLToPath(entry), {
      execArgv: [...confinement, `--max-old-space-size=${limits.heapMegabytes}`],
      // Nothing of the settings, which may be secret.
      env: { MALLOC_ARENA_MAX: '2', ...librariesOfNode() },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#watch = setTimeout(() => this.#child.kill('SIGKILL'), START_SECONDS * 1000);
    this.#child.on('message', (answer) => {
      if (!isAnswer(answer)) {
        this.#isReady = true;
        this.#watchFirst();
        return;
      }
      const call = this.#takeFirst();
      call?.resolve({ outcome: 'answered', value: answer.value as never });
      if (answer.isLast) return this.#retire(onEnd);
      onAnswer();
      if (this.#calls.length === 0) this.#keepAlive(false);
    });
    // What cannot be handed over any more shows as the end; one that could not be started has none.
    this.#child.on('error', (cause) => {
      if (this.#child.pid === undefined) this.#failToStart(onEnd, cause);
    });
    this.#child.on('exit', () => {
      if (!this.#isReady) return this.#failToStart(onEnd);
      const culprit = this.#takeFirst();
      this.#stopWatching();
      onEnd(this, this.#calls.splice(0));
      culprit?.resolve(this.#end);
    });
  }

  hasRoomFor({ question }: Call): boolean {
    if (this.#calls.length === 0) return true;
    return this.#calls.length < MAX_AHEAD && this.#aheadBytes + question.bytes.length <= MAX_AHEAD_BYTES;
  }

  run(call: Call): void {
    this.#calls.push(call);
    this.#aheadBytes += call.question.bytes.length;
    if (this.#calls.length === 1) {
      this.#keepAlive(true);
      // No question is to blame for how long the process takes to start.
      if (this.#isReady) this.#watchFirst();
    }
    this.#child.send(call.question);
  }

  /** No fault of any bytes: each question may be asked again later. */
  #failToStart(onEnd: ChildEvents['onEnd'], cause?: Error): void {
    this.#stopWatching();
    const calls = this.#calls.splice(0);
    onEnd(this, []);
    for (const call of calls) call.reject(new StorageError('start the process that reads', { cause }));
  }

  /** What waits is asked of the next one. */
  #retire(onEnd: ChildEvents['onEnd']): void {
    this.#stopWatching();
    this.#keepAlive(false);
    this.#child.kill('SIGKILL');
    onEnd(this, this.#calls.splice(0));
  }

  #takeFirst(): Call | undefined {
    const call = this.#calls.shift();
    if (call) this.#aheadBytes -= call.question.bytes.length;
    this.#watchFirst();
    return call;
  }

  #watchFirst(): void {
    this.#stopWatching();
    const [first] = this.#calls;
    if (!first) return;
    const seconds = secondsFor(this.#limits, first.question.bytes.length);
    this.#watch = setTimeout(() => {
      this.#end = { outcome: 'time', seconds };
      this.#child.kill('SIGKILL');
    }, seconds * 1000);
    const { residentMegabytes } = this.#limits;
    if (residentMegabytes === undefined) return;
    this.#memoryWatch = setInterval(() => void this.#lookAtMemory(residentMegabytes * 1e6), MEMORY_LOOK_MS);
  }

  #stopWatching(): void {
    clearTimeout(this.#watch);
    clearInterval(this.#memoryWatch);
  }

  async #lookAtMemory(limitBytes: number): Promise<void> {
    const statm = await readFile(`/proc/${this.#child.pid}/statm`, 'latin1').catch(() => '');
    const residentPages = Number(statm.split(' ')[1] ?? 0);
    if (residentPages * PAGE_BYTES <= limitBytes || this.#calls.length === 0) return;
    this.#end = { outcome: 'memory' };
    this.#child.kill('SIGKILL');
  }

  /** Whether this process waits for the child before it ends. */
  #keepAlive(wanted: boolean): void {
    if (wanted) {
      this.#child.ref();
      this.#child.channel?.ref();
    } else {
      this.#child.unref();
      this.#child.channel?.unref();
    }
  }
}

/** Lambda's Node finds the libraries that it is linked with by this. */
function librariesOfNode(): NodeJS.ProcessEnv {
  const { LD_LIBRARY_PATH } = process.env;
  return LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH };
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'value' in message;
}
