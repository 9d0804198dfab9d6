import type { Command, Invocation } from './command.ts';
import type { ExitCode } from './exit-codes.ts';
import { UsageError } from './failures.ts';

/** One action of a command, by the word after its name. */
interface Action {
  /** How many words follow that of the action. */
  readonly words: number;
  /** Answers how to end, where that is not 0. */
  run(invocation: Invocation, ...words: readonly string[]): Promise<ExitCode | undefined> | Promise<void>;
}

/** Runs the action that the first word names, `list` where there is none. Throws `UsageError` for any other, or other words. */
export async function runAction(
  command: Pick<Command, 'name' | 'usage'>,
  actions: Readonly<Record<string, Action>>,
  invocation: Invocation,
): Promise<ExitCode | undefined> {
  const [name = 'list', ...words] = invocation.words;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action?.words !== words.length) throw new UsageError(`usage: letterlock ${command.name} ${command.usage}`);
  return (await action.run(invocation, ...words)) ?? undefined;
}
