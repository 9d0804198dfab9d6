import { ArchiveError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LogFields, LogSink } from '../../ports/log-sink.ts';
import { systemClock } from './system-clock.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** How many causes of an error are followed. */
const MAX_CAUSES = 5;

export type LogLevel = (typeof LEVELS)[number];

export interface JsonLogOptions {
  /** Lines below it are left out. Default: `info`. */
  readonly level?: LogLevel;
  /** Takes each line with its line end. Default: standard error. */
  readonly write?: (line: string) => void;
  readonly clock?: Clock;
}

/** Returns `text` as a level, or `undefined` where it names none. */
export function parseLogLevel(text: string): LogLevel | undefined {
  return LEVELS.find((level) => level === text);
}

/** A `LogSink` of JSON lines: time, level, event, then the fields. Never throws. */
export function createJsonLogSink(options: JsonLogOptions = {}): LogSink {
  const { level = 'info', write = (line) => process.stderr.write(line), clock = systemClock } = options;
  const least = LEVELS.indexOf(level);
  const log = (of: LogLevel) => (event: string, fields?: LogFields) => {
    if (LEVELS.indexOf(of) >= least) write(`${format(clock.now(), of, event, fields)}\n`);
  };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}

function format(at: Date, level: LogLevel, event: string, fields: LogFields = {}): string {
  const head = { at, level, event };
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, (_name, value: unknown) => plain(value));
  } catch {
    return JSON.stringify({ ...head, unwritable: true });
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return describe(value, MAX_CAUSES);
  return typeof value === 'bigint' ? String(value) : value;
}

/** The stack only of what nobody expected: an `ArchiveError` says all in its code and message. */
function describe(error: Error, causes: number): LogFields {
  return {
    name: error.name,
    code: 'code' in error ? error.code : undefined,
    message: error.message,
    stack: error instanceof ArchiveError ? undefined : error.stack,
    cause: error.cause instanceof Error && causes > 0 ? describe(error.cause, causes - 1) : undefined,
  };
}
