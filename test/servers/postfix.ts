import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { listens } from './listens.ts';
import { runProgram } from './programs.ts';

/** A Postfix of our own: its configuration and queue are in a temporary directory, the system's instance is not touched. */
export interface Postfix {
  /** Takes mail for any recipient on 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts a Postfix that sends a copy of all mail (`always_bcc`) to `journalAddress` at `smtpPort` and drops the mail itself. */
export async function startPostfix(journalAddress: string, smtpPort: number): Promise<Postfix> {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-postfix-'));
  // Postfix drops to its own user, which must get through to its queue.
  await chmod(directory, 0o755);
  const configuration = join(directory, 'etc');
  const port = await freePort();
  for (const name of ['etc', 'queue', 'data']) await mkdir(join(directory, name));
  await runProgram('chown', ['postfix', join(directory, 'data')]);
  await writeFile(join(configuration, 'main.cf'), mainCf(directory, journalAddress, smtpPort));
  await writeFile(join(configuration, 'master.cf'), masterCf(port));
  const child = spawn('/usr/sbin/postfix', ['-c', configuration, 'start-fg'], { stdio: 'ignore' });
  const stop = async () => {
    const ended = hasEnded(child);
    await runProgram('/usr/sbin/postfix', ['-c', configuration, 'stop']);
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  if (!(await listens(port, child))) {
    const log = await readFile(join(directory, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`Postfix does not start:\n${log}`);
  }
  return { port, stop };
}

function mainCf(directory: string, journalAddress: string, smtpPort: number): string {
  const domain = journalAddress.slice(journalAddress.indexOf('@') + 1);
  return [
    'compatibility_level = 3.6',
    `queue_directory = ${directory}/queue`,
    `data_directory = ${directory}/data`,
    'command_directory = /usr/sbin',
    'daemon_directory = /usr/lib/postfix/sbin',
    'mail_owner = postfix',
    'setgid_group = postdrop',
    'myhostname = mail.example.org',
    'mydestination =',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'mynetworks = 127.0.0.0/8',
    'alias_maps =',
    'local_recipient_maps =',
    // Not /dev/stdout: a child of Node has a socket there, which cannot be opened by that name.
    `maillog_file = ${directory}/log`,
    `maillog_file_prefixes = ${directory}`,
    'smtp_dns_support_level = disabled',
    'smtp_tls_security_level = may',
    'default_transport = discard:',
    `transport_maps = inline:{ ${domain}=smtp:[127.0.0.1]:${smtpPort} }`,
    `always_bcc = ${journalAddress}`,
    '',
  ].join('\n');
}

function masterCf(port: number): string {
  return [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'smtp unix - - n - - smtp',
    'discard unix - - n - - discard',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'anvil unix - - n - 1 anvil',
    'proxymap unix - - n - - proxymap',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');
}

function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
