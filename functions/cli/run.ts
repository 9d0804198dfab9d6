import { readFile } from 'node:fs/promises';
import { ApiClient, type ApiClientOptions } from './api-client.ts';
import { argumentsOf } from './arguments.ts';
import { commandOf } from './commands.ts';
import { connectionOf } from './connection.ts';
import type { Environment } from './credentials.ts';
import { EXIT, type ExitCode, PLUGIN_EXIT } from './exit-codes.ts';
import { CliError, UsageError } from './failures.ts';
import { helpOn, overview } from './help.ts';
import { recordOf, textOf } from './json-value.ts';
import { printableJson, printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without the program's name) and answers how to end; every failure is told in one line. */
export async function run(args: readonly string[], environment: Environment, terminal: Terminal): Promise<ExitCode> {
  try {
    return (await dispatch(args, environment, terminal)) ?? EXIT.ok;
  } catch (error) {
    const { code, message, exitCode } = error instanceof CliError ? error : unexpected(error);
    if (commandOf(args.find((argument) => !argument.startsWith('-')) ?? '')?.isPlugin) {
      await terminal.line(`LETTERLOCK UNKNOWN - ${printableLine(message).replaceAll('|', '/')}`);
      return PLUGIN_EXIT.unknown;
    }
    const json = args.includes('--json');
    terminal.note(json ? printableJson({ error: { code, message } }) : `letterlock: ${printableLine(message)}`);
    return exitCode;
  }
}

async function dispatch(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
): Promise<ExitCode | undefined> {
  const at = args.findIndex((argument) => !argument.startsWith('-'));
  const before = at < 0 ? args : args.slice(0, at);
  const stray = before.find((option) => !['--json', '--help', '-h', '--version', '-V'].includes(option));
  if (stray !== undefined) throw new UsageError(`unknown option ${stray}; see "letterlock help"`);
  const json = args.includes('--json');
  if (before.includes('--version') || before.includes('-V')) return await writeVersion(terminal, json);
  const name = at < 0 ? undefined : args[at];
  const asksHelp = before.includes('--help') || before.includes('-h');
  if (name === undefined && !asksHelp) throw new UsageError('no command; "letterlock help" lists them');
  if (name === undefined) return await writeLines(terminal, overview());
  const rest = [...args.slice(at + 1), ...before.filter((option) => option !== '--version')];
  if (name === 'help') {
    return await writeHelp(
      terminal,
      rest.find((argument) => !argument.startsWith('-')),
    );
  }
  const command = knownCommand(name);
  const { words, options } = argumentsOf(command, rest);
  if (options.flag('help')) return await writeLines(terminal, helpOn(command));
  const api = async (of?: ApiClientOptions) => new ApiClient(await connectionOf(environment), of);
  return (await command.run({ words, options, terminal, environment, api })) ?? undefined;
}

function knownCommand(name: string) {
  const command = commandOf(name);
  if (command === undefined) throw new UsageError(`no command ${name}; "letterlock help" lists them`);
  return command;
}

function writeHelp(terminal: Terminal, name: string | undefined): Promise<undefined> {
  return writeLines(terminal, name === undefined ? overview() : helpOn(knownCommand(name)));
}

async function writeVersion(terminal: Terminal, json: boolean): Promise<undefined> {
  const manifest = recordOf(JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')));
  const version = textOf(manifest.version);
  await terminal.line(json ? printableJson({ version }) : version);
}

async function writeLines(terminal: Terminal, lines: readonly string[]): Promise<undefined> {
  for (const line of lines) await terminal.line(line);
}

/** A bug, told without its stack. */
function unexpected(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'failed', message: `this should not happen: ${message}`, exitCode: EXIT.failed };
}
