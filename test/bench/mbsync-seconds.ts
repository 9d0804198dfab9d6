import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PASSWORD } from '../servers/dovecot.ts';
import { BENCH_ACCOUNT } from './fetch-figures.ts';

const MAX_OUTPUT_BYTES = 1 << 26;

/**
 * Has mbsync (isync) copy all folders of a mailbox to a Maildir below `directory`, and answers how long it took.
 * It syncs each message to the disk, as it does unless told otherwise.
 */
export async function mbsyncSeconds(imapPort: number, directory: string): Promise<number> {
  const own = await mkdtemp(join(directory, 'mbsync-'));
  try {
    await mkdir(join(own, 'mail'));
    await writeFile(join(own, 'mbsyncrc'), mbsyncrc(imapPort, join(own, 'mail')));
    const started = performance.now();
    await promisify(execFile)('mbsync', ['-c', join(own, 'mbsyncrc'), '-a', '-q'], { maxBuffer: MAX_OUTPUT_BYTES });
    return (performance.now() - started) / 1000;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function mbsyncrc(imapPort: number, mail: string): string {
  return `IMAPStore far
Host 127.0.0.1
Port ${imapPort}
User ${BENCH_ACCOUNT}
Pass ${PASSWORD}
SSLType None
AuthMechs PLAIN

MaildirStore near
Path ${mail}/
Inbox ${mail}/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
`;
}
