import type { Invocation } from './command.ts';
import { UsageError } from './failures.ts';
import { writeOutputFile } from './output-file.ts';
import { printableText } from './printable.ts';
import { writeResult } from './result.ts';

/**
 * Gives the exact bytes under `path` of the API to the file of `--output` or to standard output. A terminal gets them
 * with control characters made visible: mail may hold sequences that a terminal obeys.
 */
export async function download(invocation: Invocation, path: string): Promise<void> {
  const { options, terminal } = invocation;
  const output = options.text('output');
  const toFile = output !== undefined && output !== '-';
  if (options.json && !toFile) throw new UsageError('--json needs --output FILE here: standard output gets the bytes');
  const chunks = (await invocation.api()).bytes(path);
  if (toFile) {
    const sizeBytes = await writeOutputFile(output, chunks);
    await writeResult(invocation, { output, sizeBytes }, []);
  } else if (terminal.columns === undefined) {
    for await (const chunk of chunks) await terminal.bytes(chunk);
  } else {
    await showOnTerminal(invocation, chunks);
  }
}

async function showOnTerminal({ terminal }: Invocation, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) await terminal.line(printableText(line.replace(/\r$/, '')));
  }
  if (rest !== '') await terminal.line(printableText(rest));
  terminal.note('shown for reading; a pipe or --output FILE gets the exact bytes');
}
