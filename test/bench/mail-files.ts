import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Every message below a folder of one-message files, or in an mbox file; one at a time. */
export async function* mailFiles(path: string): AsyncIterable<Buffer> {
  if (statSync(path).isDirectory()) {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory() || entry.isFile()) yield* mailFiles(join(path, entry.name));
    }
    return;
  }
  // From the page cache at once: the promises of node:fs would cost as much processor time as filing the mail.
  const bytes = readFileSync(path);
  if (bytes.subarray(0, 5).toString('latin1') === 'From ') yield* mboxMessages(path);
  else if (!path.endsWith('.md')) yield bytes;
}

async function* mboxMessages(path: string): AsyncIterable<Buffer> {
  const lines = createInterface({ input: createReadStream(path, 'latin1'), crlfDelay: Number.POSITIVE_INFINITY });
  let message: string[] = [];
  for await (const line of lines) {
    if (line.startsWith('From ')) {
      if (message.length > 0) yield Buffer.from(`${message.join('\r\n')}\r\n`, 'latin1');
      message = [];
    } else {
      message.push(line.replace(/^>(>*From )/, '$1'));
    }
  }
  if (message.length > 0) yield Buffer.from(`${message.join('\r\n')}\r\n`, 'latin1');
}
