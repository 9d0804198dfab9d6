import type { Invocation } from './command.ts';
import { printableJson } from './printable.ts';

/** Writes what a command found: `value` as JSON for a machine, else `lines`, which must be safe for a terminal. */
export async function writeResult(
  { options, terminal }: Invocation,
  value: unknown,
  lines: readonly string[],
): Promise<void> {
  if (options.json) return terminal.line(printableJson(value, 2));
  for (const line of lines) await terminal.line(line);
}
