import type { ParseArgsOptionsConfig } from 'node:util';
import type { ApiClient, ApiClientOptions } from './api-client.ts';
import type { Environment } from './credentials.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** One command of the program. */
export interface Command {
  readonly name: string;
  /** What follows the name on the command line. */
  readonly usage: string;
  readonly summary: string;
  /** Lines of help on the options, one each. */
  readonly details?: readonly string[];
  readonly options?: ParseArgsOptionsConfig;
  /** How many words may follow the name (and the word of a subcommand). */
  readonly words: { readonly least: number; readonly most: number };
  /** Whether a monitoring system calls it: every failure is one line on standard output, and the exit code of unknown. */
  readonly isPlugin?: true;
  /** Answers how to end, where that is not 0. */
  run(invocation: Invocation): Promise<ExitCode | undefined> | Promise<void>;
}

/** One call of a command. */
export interface Invocation {
  readonly words: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** The API as the signed-in user. */
  api(options?: ApiClientOptions): Promise<ApiClient>;
}

/** The options of a call, by name. */
export interface Options {
  /** Whether the answer is for a machine. */
  readonly json: boolean;
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
}
