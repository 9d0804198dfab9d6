import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { generate } from 'selfsigned';
import { freePort } from './free-port.ts';
import { listens } from './listens.ts';
import { runProgram } from './programs.ts';

/** Debian's user `mail`: Dovecot serves no mail as root. */
const MAIL_ID = 8;

export const PASSWORD = 'dovecot-secret';
export const MASTER = { userName: 'master', password: 'master-secret' };

export interface DovecotOptions {
  /** How mail is stored; default `maildir`. */
  readonly format?: 'maildir' | 'sdbox';
  /** The prefix of the personal namespace; default none. */
  readonly prefix?: string;
  /** What stands between folder names; default `/`. */
  readonly separator?: string;
  /** More lines of configuration; `DIRECTORY` stands for where `files` lie. */
  readonly extra?: readonly string[];
  /** More files beside the configuration: name, content. */
  readonly files?: { readonly [name: string]: string };
}

/** A Dovecot of our own: configuration and mail are in a temporary directory, the system's instance is not touched. */
export interface Dovecot {
  readonly imapPort: number;
  readonly imapsPort: number;
  readonly pop3Port: number;
  readonly pop3sPort: number;
  /** Where the mail of a user lies; any user name signs in with `PASSWORD`. */
  mailOf(userName: string): string;
  /** Puts files into the mailbox of a user: path below it, bytes. */
  put(userName: string, files: readonly (readonly [path: string, bytes: Uint8Array])[]): Promise<void>;
  /** Saves a message in a folder, which is made where it is missing; for every format. */
  save(userName: string, folder: string, bytes: Uint8Array): Promise<void>;
  doveadm(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-dovecot-'));
  await chmod(directory, 0o755);
  const ports = { imap: await freePort(), imaps: await freePort(), pop3: await freePort(), pop3s: await freePort() };
  for (const name of ['mail', 'run', 'public']) {
    await mkdir(join(directory, name));
    await chown(join(directory, name), name === 'run' ? 0 : MAIL_ID, name === 'run' ? 0 : MAIL_ID);
  }
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  await writeFile(join(directory, 'cert.pem'), cert);
  await writeFile(join(directory, 'key.pem'), key);
  await writeFile(join(directory, 'masters'), `${MASTER.userName}:{PLAIN}${MASTER.password}::::::\n`);
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(join(directory, name), content);
  const configuration = join(directory, 'dovecot.conf');
  await writeFile(configuration, dovecotConf(directory, ports, options));
  const child = spawn('/usr/sbin/dovecot', ['-F', '-c', configuration], { stdio: 'ignore' });
  const stop = async () => {
    const ended = hasEnded(child);
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  if (!(await listens(ports.imap, child, { greets: true }))) {
    const log = await readFile(join(directory, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`Dovecot does not start:\n${log}`);
  }
  const doveadm = async (...args: readonly string[]) => {
    const { exitCode, stdout, stderr } = await runProgram('/usr/bin/doveadm', ['-c', configuration, ...args]);
    if (exitCode !== 0) throw new Error(`doveadm ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const mailOf = (userName: string) => join(directory, 'mail', userName);
  return {
    imapPort: ports.imap,
    imapsPort: ports.imaps,
    pop3Port: ports.pop3,
    pop3sPort: ports.pop3s,
    mailOf,
    put: async (userName, files) => await putMail(mailOf(userName), files),
    save: async (userName, folder, bytes) => {
      await runProgram('/usr/bin/doveadm', ['-c', configuration, 'mailbox', 'create', '-u', userName, folder]);
      const path = join(directory, 'saved');
      await writeFile(path, bytes);
      await doveadm('save', '-u', userName, '-m', folder, path);
    },
    doveadm,
    stop,
  };
}

/** Puts files into a Maildir that belongs to the user `mail`: path below it, bytes. */
export async function putMail(
  maildir: string,
  files: readonly (readonly [path: string, bytes: Uint8Array])[],
): Promise<void> {
  const top = dirname(maildir);
  for (const [path, bytes] of files) {
    const place = join(maildir, path);
    // What lacks one of the three is no Maildir to Dovecot.
    for (const name of ['cur', 'new', 'tmp']) await makeOwned(top, join(dirname(dirname(place)), name));
    await writeFile(place, bytes);
    await chown(place, MAIL_ID, MAIL_ID);
  }
}

/** Directories that belong to the user `mail` down from `top`. */
async function makeOwned(top: string, path: string): Promise<void> {
  if (path === top) return;
  await makeOwned(top, dirname(path));
  try {
    await mkdir(path);
    await chown(path, MAIL_ID, MAIL_ID);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function dovecotConf(
  directory: string,
  ports: { readonly imap: number; readonly imaps: number; readonly pop3: number; readonly pop3s: number },
  { format = 'maildir', prefix = '', separator = '/', extra = [] }: DovecotOptions,
): string {
  const layout = format === 'maildir' ? `maildir:${directory}/mail/%u:LAYOUT=fs` : `sdbox:${directory}/mail/%u`;
  return `
base_dir = ${directory}/run
state_dir = ${directory}/run
log_path = ${directory}/log
instance_name = letterlock-${ports.imap}
listen = 127.0.0.1
protocols = imap pop3
default_internal_user = dovecot
default_login_user = dovenull
mail_uid = ${MAIL_ID}
mail_gid = ${MAIL_ID}
first_valid_uid = 1
mail_location = ${layout}
mail_fsync = never
mail_max_userip_connections = 100
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_master_user_separator = *
auth_failure_delay = 0
ssl = yes
ssl_cert = <${directory}/cert.pem
ssl_key = <${directory}/key.pem
pop3_uidl_format = %08Xu%08Xv
service anvil {
  chroot =
}
service imap-login {
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${ports.pop3}
  }
  inet_listener pop3s {
    port = ${ports.pop3s}
    ssl = yes
  }
}
passdb {
  driver = passwd-file
  args = ${directory}/masters
  master = yes
}
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${MAIL_ID} gid=${MAIL_ID} home=${directory}/mail/%u allow_all_users=yes
}
namespace inbox {
  inbox = yes
  prefix = ${prefix}
  separator = ${separator}
  mailbox Sent {
    special_use = \\Sent
  }
  mailbox Drafts {
    special_use = \\Drafts
  }
  mailbox Junk {
    special_use = \\Junk
  }
  mailbox Trash {
    special_use = \\Trash
  }
}
${extra.map((line) => line.replaceAll('DIRECTORY', directory)).join('\n')}
`;
}

function hasEnded(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
