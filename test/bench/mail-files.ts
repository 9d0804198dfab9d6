import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Every message below a folder of one-message files, or in an mbox file; one at a time. */
export async function* mailFiles(path: string): AsyncIterable<Buffer> {
  if ((await stat(path)).isDirectory()) {
    for (const entry of (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory() || entry.isFile()) yield* mailFiles(join(path, entry.name));
    }
    return;
  }
  const head = await readFile(path).then((bytes) => bytes.subarray(0, 5).toString('latin1'));
  if (head === 'From ') yield* mboxMessages(path);
  else if (!path.endsWith('.md')) yield await readFile(path);
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
