import { readFileSync } from 'node:fs';
import { until } from '../until.ts';

/** A system call of a traced process. */
export interface SystemCall {
  readonly name: string;
  /** As strace writes them: descriptors with what they stand for, texts in quotes, cut. */
  readonly args: string;
  readonly succeeded: boolean;
}

/** That a call began, or ended, in the order in which the tracer saw it. */
export interface TraceEvent {
  readonly at: number;
  readonly edge: 'start' | 'end';
  readonly call: SystemCall;
  /** When the call began: `at`, where this is its start. */
  readonly startedAt: number;
}

/** What changes files and their names, makes them durable, and talks to clients; `?`: not every machine has all. */
const CALLS = [
  ['read', 'write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg', 'copy_file_range', 'sendfile', 'ftruncate'],
  ['fsync', 'fdatasync', 'sync_file_range', 'syncfs', 'open', 'openat', 'mkdir', 'mkdirat'],
  ['link', 'linkat', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'io_uring_enter'],
].flat();
const TEXT_CHARACTERS = 512;

/** What a command is put behind to have it and its threads traced into a file. It stays the child of whoever starts it. */
export function straceInto(path: string): readonly [string, ...string[]] {
  return [
    'strace',
    '-D',
    '-f',
    '-yy',
    '-s',
    String(TEXT_CHARACTERS),
    '-e',
    `trace=${CALLS.map((name) => `?${name}`).join(',')}`,
    '-o',
    path,
  ];
}

/** Reads the trace of a process that has ended, once the tracer has written all of it. */
export async function readTrace(path: string): Promise<readonly TraceEvent[]> {
  const wholeTrace = async () => {
    const trace = readFileSync(path, 'latin1');
    const [first = ''] = /^\d+/.exec(trace) ?? [];
    const last = new RegExp(`^${first} +\\+\\+\\+ .* \\+\\+\\+$`, 'm');
    return first !== '' && last.test(trace) ? trace : '';
  };
  return eventsIn(
    await until(`the trace of a process, if it may be traced (ptrace), to its end in ${path}`, wholeTrace),
  );
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += (-?\d+)/;
const BEGUN = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/;

function eventsIn(trace: string): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const begun = new Map<string, { readonly at: number; readonly args: string; readonly index: number }>();
  for (const [at, line] of trace.split('\n').entries()) {
    const [, beginner = '', name = '', partOfArgs = ''] = BEGUN.exec(line) ?? [];
    if (name !== '') {
      begun.set(beginner, { at, args: partOfArgs, index: events.length });
      events.push({ at, edge: 'start', startedAt: at, call: { name, args: partOfArgs, succeeded: true } });
      continue;
    }
    const [, thread = '', resumed = '', rest = '', result = ''] = RESUMED.exec(line) ?? [];
    const start = begun.get(thread);
    if (resumed !== '' && start) {
      const call = { name: resumed, args: start.args + rest, succeeded: Number(result) >= 0 };
      events[start.index] = { at: start.at, edge: 'start', startedAt: start.at, call };
      events.push({ at, edge: 'end', startedAt: start.at, call });
      begun.delete(thread);
      continue;
    }
    const [, , whole = '', args = '', answer = ''] = WHOLE.exec(line) ?? [];
    if (whole === '') continue;
    const call = { name: whole, args, succeeded: Number(answer) >= 0 };
    events.push({ at, edge: 'start', startedAt: at, call }, { at, edge: 'end', startedAt: at, call });
  }
  return events;
}

/** What the first descriptor of a call stands for: a path, or `TCP:[…]`; an empty string where there is none. */
export function descriptorOf({ args }: SystemCall): string {
  return /^\d+<((?:TCP|UNIX)[^[]*\[.*?\]|[^>]*)>/.exec(args)?.[1] ?? '';
}

/** The texts among the arguments, as strace writes them. */
export function textsOf({ args }: SystemCall): readonly string[] {
  return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
}
