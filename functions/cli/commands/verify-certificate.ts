import { readFile } from 'node:fs/promises';
import { verifyCertificate } from '../../../shared/usecases/deletion/verify-certificate.ts';
import type { Command } from '../command.ts';
import { CommandFailedError, UsageError } from '../failures.ts';
import { printableLine } from '../printable.ts';
import { countText, minuteUtc, sizeText } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Verifies a deletion certificate, without any server. */
export const verifyCertificateCommand: Command = {
  name: 'verify-certificate',
  usage: 'FILE [--key FILE]',
  summary: 'verify a deletion certificate, without a server',
  details: [
    'FILE        as GET /jobs/JOB/certificate answered it',
    '--key FILE  what it has to be signed with: as GET /certificates/key answered it, or its publicKey alone',
    'Without a key it only shows that nothing was changed since it was signed, by whomever.',
  ],
  options: { key: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(invocation) {
    const keyFile = invocation.options.text('key');
    const key = keyFile === undefined ? undefined : keyIn(await readFile(keyFile, 'utf8'));
    const document = jsonOf(await readFile(invocation.words[0] ?? '', 'utf8'));
    const verified = verifyCertificate(document, key);
    const { isValid, faults, jobId, messages, bytes, bytesLocked, lockedUntil, publicKey } = verified;
    const until = lockedUntil === undefined ? '' : ` until ${minuteUtc(lockedUntil)}`;
    const locked = `of ${bytesLocked} of them storage kept bytes${until}`;
    const lines = isValid
      ? [
          `job ${jobId}: ${countText(messages, 'message')}, ${sizeText(bytes)}, signed`,
          ...(bytesLocked > 0 ? [locked] : []),
          `key: ${publicKey}${key ? '' : ' (not compared)'}`,
        ]
      : faults;
    await writeResult(invocation, verified, lines.map(printableLine));
    if (!isValid) throw new CommandFailedError(`the certificate has ${faults.length} faults`, 'damaged');
  },
};

function keyIn(text: string): string {
  const value = jsonOf(text);
  const named = typeof value === 'object' && value !== null && 'publicKey' in value ? value.publicKey : text.trim();
  if (typeof named !== 'string' || !/^[A-Za-z0-9+/]+=*$/.test(named)) throw new UsageError('--key: this is no key');
  return named;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
