import type { Terminal } from '../../../functions/cli/terminal.ts';

/** A terminal that remembers: what went to standard output (`out`) and to standard error (`notes`). */
export function fakeTerminal(
  options: {
    readonly columns?: number;
    readonly password?: string;
    readonly input?: string;
    readonly answer?: string;
  } = {},
) {
  const chunks: Buffer[] = [];
  const notes: string[] = [];
  const questions: string[] = [];
  const terminal: Terminal = {
    columns: options.columns,
    line: async (text) => void chunks.push(Buffer.from(`${text}\n`)),
    bytes: async (chunk) => void chunks.push(Buffer.from(chunk)),
    note: (text) => void notes.push(text),
    password: async (question) => {
      questions.push(question);
      return options.password ?? '';
    },
    ask: async (question) => {
      questions.push(question);
      return options.answer;
    },
    input: async () => options.input ?? '',
  };
  return {
    terminal,
    notes,
    questions,
    bytes: () => Buffer.concat(chunks),
    out: () => Buffer.concat(chunks).toString(),
  };
}
