import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { Command, Options } from './command.ts';
import { UsageError } from './failures.ts';

/** Options that every command takes. */
const COMMON: ParseArgsOptionsConfig = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

/** The words and options after the name of a command; throws `UsageError` where they are not what it takes. */
export function argumentsOf(command: Command, rest: readonly string[]): { words: readonly string[]; options: Options } {
  const { values, positionals } = parsed(command, rest);
  const options = optionsOf(values);
  const { least, most } = command.words;
  if (!options.flag('help') && (positionals.length < least || positionals.length > most)) {
    throw new UsageError(`usage: letterlock ${command.name} ${command.usage}`.trimEnd());
  }
  // Wrong values are told before anything is asked of the server.
  limitOf(options, 1);
  return { words: positionals, options };
}

/** The value of `--limit`: `fallback` where it is not given, endless with `--all`. */
export function limitOf(options: Options, fallback: number): number {
  const text = options.text('limit');
  if (options.flag('all')) {
    if (text !== undefined) throw new UsageError('give --limit or --all, not both');
    return Number.POSITIVE_INFINITY;
  }
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--limit must be a whole number from 1, not ${text}`);
  return Number(text);
}

/** Options of commands that list. */
export const LIST_OPTIONS: ParseArgsOptionsConfig = { limit: { type: 'string' }, all: { type: 'boolean' } };

function parsed(command: Command, rest: readonly string[]) {
  try {
    const options = { ...COMMON, ...command.options };
    return parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node explains it over three lines; the last is what helps.
    const dashed = /'(--[\w-]+)=-XYZ'/.exec(error.message)?.[1];
    if (dashed !== undefined) throw new UsageError(`write a value that begins with a dash as ${dashed}=-VALUE`);
    const [reason = ''] = error.message.split(/\. |\n/);
    throw new UsageError(`${reason}; see "letterlock help ${command.name}"`);
  }
}

function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  const text = (name: string) => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const texts = (name: string) => {
    const value = values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  const flag = (name: string) => values[name] === true;
  return { json: flag('json'), text, texts, flag };
}
