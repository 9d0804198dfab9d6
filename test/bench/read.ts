import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { readOriginal } from '../../shared/mail/read-original.ts';

/**
 * Prints microseconds per message of reading an original, of SHA-256 alone and of simpleParser alone, over all files
 * under PATH.
 */
const [path, limit] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: node test/bench/read.ts PATH [MAX_MESSAGES]');

const messages = filesUnder(path)
  .slice(0, limit === undefined ? undefined : Number(limit))
  .map((file) => readFileSync(file));
const bytes = messages.reduce((sum, message) => sum + message.length, 0);
for (const message of messages.slice(0, 500)) readOriginal(message);

const sha256 = await microseconds((message) => hash('sha256', message, 'hex'));
const readOriginalTime = await microseconds((message) => readOriginal(message));
const withoutConversions = { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true };
const simple = await microseconds((message) => simpleParser(message, withoutConversions));
const simpleWithConversions = await microseconds((message) => simpleParser(message));
console.log(
  JSON.stringify({
    messages: messages.length,
    bytes,
    microsecondsPerMessage: { sha256, readOriginal: readOriginalTime, simpleParser: simple, simpleWithConversions },
  }),
);

async function microseconds(work: (message: Buffer) => unknown): Promise<number> {
  const start = performance.now();
  for (const message of messages) await work(message);
  return Math.round(((performance.now() - start) * 1000) / messages.length);
}

function filesUnder(directory: string): string[] {
  if (statSync(directory).isFile()) return [directory];
  return readdirSync(directory).flatMap((name) => filesUnder(join(directory, name)));
}
