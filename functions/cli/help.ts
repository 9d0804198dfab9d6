import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Help on the program as a whole. */
export function overview(): string[] {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'letterlock: reads and sets up a Letterlock archive over its HTTP API',
    '',
    'usage: letterlock COMMAND [ARGUMENT]... [--json]',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '"letterlock help COMMAND" tells more. --json answers for a machine; --version tells the version.',
    'LETTERLOCK_URL and LETTERLOCK_TOKEN win over the stored login.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not signed in, 4 not found, 5 not allowed, 6 no answer.',
  ];
}

/** Help on one command. */
export function helpOn(command: Command): string[] {
  const details = command.details ?? [];
  return [
    `usage: letterlock ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.summary,
    ...(details.length > 0 ? ['', ...details.map((line) => `  ${line}`)] : []),
  ];
}
