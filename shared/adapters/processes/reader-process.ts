import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { StorageError, UnreadableError } from '../../errors.ts';
import type { MailReader } from '../../ports/mail-reader.ts';
import type { ReaderAnswer, ReaderQuestion } from './protocol.ts';

export interface ReaderLimits {
  /** Of what is read, its parts and text; the bytes lie outside. Stops mail that takes all memory. */
  readonly heapMegabytes: number;
  /** How long reading may take, beside `SECONDS_PER_MEGABYTE`. Stops mail that is read for ever. */
  readonly readSeconds: number;
}

const DEFAULT_LIMITS: ReaderLimits = { heapMegabytes: 512, readSeconds: 10 };
const SECONDS_PER_MEGABYTE = 1;
/** So much is handed to the process ahead, so that it need not wait for the next mail, and no more memory is taken. */
const MAX_AHEAD = 32;
const MAX_AHEAD_BYTES = 1024 * 1024;

interface Call {
  readonly question: ReaderQuestion;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A reader in a process of its own, which reads one mail after the other and is replaced when it dies: what waited
 * behind the mail that killed it is read all the same. (A thread is no such wall: where V8 cannot have a large piece of
 * memory, it ends the process.) It may read files, to load its code, and do nothing else to the machine. `entry` is a
 * module that calls `serveReader`. The process starts with the first call and does not keep this one alive while it has
 * nothing to do.
 */
export function createReaderProcess(entry: URL, given: Partial<ReaderLimits> = {}): MailReader {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const waiting: Call[] = [];
  let reader: ReaderProcess | undefined;

  const handOver = (): void => {
    for (let call = waiting[0]; call && (!reader || reader.hasRoomFor(call)); call = waiting[0]) {
      reader ??= new ReaderProcess(entry, limits, {
        onAnswer: handOver,
        onEnd: (ended, unread) => {
          waiting.unshift(...unread);
          if (reader === ended) reader = undefined;
          handOver();
        },
      });
      waiting.shift();
      reader.run(call);
    }
  };

  const ask = <T>(method: keyof MailReader, bytes: Uint8Array, argument: unknown): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ question: { method, bytes, argument }, resolve, reject });
      handOver();
    });

  return {
    // A caller's rules may come with what no process can be handed.
    readArrival: (arrival, { journalDomain, singleInstanceBytes }) =>
      ask('readArrival', arrival, { journalDomain, singleInstanceBytes }),
    viewOriginal: (original) => ask('viewOriginal', original, undefined),
    readAttachment: (original, index) => ask('readAttachment', original, index),
  };
}

interface ReaderEvents {
  readonly onAnswer: () => void;
  /** `unread` are those that waited behind the one it died of. */
  readonly onEnd: (reader: ReaderProcess, unread: readonly Call[]) => void;
}

class ReaderProcess {
  readonly #child: ChildProcess;
  readonly #limits: ReaderLimits;
  /** In the order they are read in: the first is being read. */
  readonly #calls: Call[] = [];
  #aheadBytes = 0;
  #watch: NodeJS.Timeout | undefined;
  #reason = 'its reader ended';
  #isReady = false;

  constructor(entry: URL, limits: ReaderLimits, { onAnswer, onEnd }: ReaderEvents) {
    this.#limits = limits;
    this.#child = fork(fileURLToPath(entry), {
      execArgv: ['--permission', '--allow-fs-read=*', `--max-old-space-size=${limits.heapMegabytes}`],
      // Nothing of the settings, which may be secret.
      env: { MALLOC_ARENA_MAX: '2' },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#child.on('message', (answer) => {
      this.#isReady = true;
      if (!isAnswer(answer)) return;
      const call = this.#takeFirst();
      call?.resolve(answer.value as never);
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
      clearTimeout(this.#watch);
      onEnd(this, this.#calls.splice(0));
      culprit?.reject(new UnreadableError(this.#reason));
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
      this.#watchFirst();
    }
    this.#child.send(call.question);
  }

  /** No fault of any mail: each comes again later. */
  #failToStart(onEnd: ReaderEvents['onEnd'], cause?: Error): void {
    clearTimeout(this.#watch);
    const calls = this.#calls.splice(0);
    onEnd(this, []);
    for (const call of calls) call.reject(new StorageError('start the reader of mail', { cause }));
  }

  #takeFirst(): Call | undefined {
    const call = this.#calls.shift();
    if (call) this.#aheadBytes -= call.question.bytes.length;
    this.#watchFirst();
    return call;
  }

  #watchFirst(): void {
    clearTimeout(this.#watch);
    const [first] = this.#calls;
    if (!first) return;
    const seconds = this.#limits.readSeconds + (first.question.bytes.length / 1_000_000) * SECONDS_PER_MEGABYTE;
    this.#watch = setTimeout(() => {
      this.#reason = `reading took over ${Math.round(seconds)} s`;
      this.#child.kill('SIGKILL');
    }, seconds * 1000);
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

function isAnswer(message: unknown): message is ReaderAnswer {
  return typeof message === 'object' && message !== null && 'value' in message;
}
