import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fetchDynamoDbLocal } from './dynamodb-local.ts';

/** Something that these tests need: what ends with 0 where it is there, and the Debian package that brings it. */
interface Needed {
  readonly works: readonly [string, ...string[]];
  readonly debianPackage: string;
}

const NEEDED: readonly Needed[] = [
  { works: ['curl', '--version'], debianPackage: 'curl' },
  { works: ['swaks', '--version'], debianPackage: 'swaks' },
  { works: ['perl', '-MNet::SSLeay', '-e', '1'], debianPackage: 'libnet-ssleay-perl' },
  { works: ['strace', '--version'], debianPackage: 'strace' },
  { works: ['/usr/sbin/dnsmasq', '--version'], debianPackage: 'dnsmasq-base' },
  { works: ['/usr/sbin/rsyslogd', '-v'], debianPackage: 'rsyslog' },
  { works: ['sh', '-c', 'ls /usr/lib/*/rsyslog/lmnsd_gtls.so'], debianPackage: 'rsyslog-gnutls' },
  { works: ['/usr/sbin/postconf', '-d', 'mail_version'], debianPackage: 'postfix' },
  { works: ['sh', '-c', 'ls /usr/lib/dovecot/imap-login'], debianPackage: 'dovecot-imapd' },
  { works: ['sh', '-c', 'ls /usr/lib/dovecot/pop3-login'], debianPackage: 'dovecot-pop3d' },
  { works: ['java', '-version'], debianPackage: 'openjdk-17-jre-headless' },
  { works: ['radosgw', '--version'], debianPackage: 'radosgw' },
  { works: ['ceph-mon', '--version'], debianPackage: 'ceph-mon' },
  { works: ['ceph-osd', '--version'], debianPackage: 'ceph-osd' },
  { works: ['ceph-mgr', '--version'], debianPackage: 'ceph-mgr' },
  { works: ['ceph', '--version'], debianPackage: 'ceph-common' },
];

const missing = NEEDED.filter((needed) => !works(needed));
if (missing.length > 0) install(missing.map(({ debianPackage }) => debianPackage));
fetchDynamoDbLocal();

/** Installs by apt-get where that can be done; ends the process with a clear word where it cannot. */
function install(packages: readonly string[]): void {
  const list = packages.join(' ');
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    fail(`test:servers needs ${list}; install them, or run as root on a Debian system`);
  }
  console.log(`installing ${list}`);
  // Without a configuration of its own the package starts no mail server; the tests bring theirs.
  if (packages.includes('postfix')) {
    run('debconf-set-selections', [], 'postfix postfix/main_mailer_type select No configuration\n');
  }
  run('apt-get', ['update', '-q']);
  // --no-remove: a mail server that is there stays; the installation fails instead.
  run('apt-get', ['install', '-qy', '--no-install-recommends', '--no-remove', ...packages]);
  const still = missing.filter((needed) => !works(needed));
  if (still.length > 0)
    fail(`missing after the installation: ${still.map(({ debianPackage }) => debianPackage).join(' ')}`);
}

function works({ works: [command, ...args] }: Needed): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: readonly string[], input = ''): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync(command, args, { env, input, encoding: 'utf8' });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`);
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
