import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';

const START_TIMEOUT_MS = 120_000;
const MEMORY_BYTES = 2 ** 31;

/**
 * A Ceph of one node with its S3 gateway, everything in memory. It has versions, Object Lock, legal holds, ranges and
 * multipart uploads; it ignores `If-None-Match` and `If-Match` on PUT (version 16.2).
 */
export interface Ceph {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Makes a user who owns nothing; as its name its access key. Its ARN is `arn:aws:iam:::user/<name>`. */
  addUser(name: string): Promise<{ readonly accessKey: string; readonly secretKey: string }>;
  stop(): Promise<void>;
}

/** Starts an empty one on free ports of the loopback interface, in about 15 s. Its packages must be installed. */
export async function startCeph(): Promise<Ceph> {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-ceph-'));
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(daemons.map(ended));
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { ...(await start(directory, daemons)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(directory: string, daemons: ChildProcess[]): Promise<Omit<Ceph, 'stop'>> {
  const [port, firstMonitor, secondMonitor] = [await freePort(), await freePort(), await freePort()];
  const monitor = `[v2:127.0.0.1:${firstMonitor},v1:127.0.0.1:${secondMonitor}]`;
  const [cluster, osd] = [randomUUID(), randomUUID()];
  for (const name of ['mon', 'osd', 'mgr', 'log', 'run']) await mkdir(join(directory, name));
  await writeFile(join(directory, 'ceph.conf'), configuration({ directory, cluster, monitor, port }));

  const env = { ...process.env, CEPH_CONF: join(directory, 'ceph.conf') };
  const run = promisify(execFile);
  const command = (program: string, ...args: readonly string[]) =>
    run(program, args, { cwd: directory, env, timeout: START_TIMEOUT_MS });
  const daemon = (program: string, ...args: readonly string[]) =>
    daemons.push(spawn(program, [...args, '-f'], { cwd: directory, env, stdio: 'ignore' }));

  await command('ceph-authtool', '--create-keyring', 'keyring', '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *');
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'];
  for (const name of ['client.admin', 'osd.0', 'mgr.x', 'client.rgw']) {
    await command('ceph-authtool', 'keyring', '--gen-key', '-n', name, ...all);
  }
  await command('monmaptool', '--create', '--fsid', cluster, '--addv', 'a', monitor, 'monmap');
  await command('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
  daemon('ceph-mon', '-i', 'a');
  await command('ceph', 'osd', 'new', osd);
  await command('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  await command('ceph', 'auth', 'import', '-i', 'keyring');
  daemon('ceph-osd', '-i', '0');
  daemon('ceph-mgr', '-i', 'x');
  daemon('radosgw', '-n', 'client.rgw');
  await answers(`http://127.0.0.1:${port}/`, daemons);
  const addUser = async (name: string) => {
    const [accessKey, secretKey] = [name, 'testtest'];
    const keys = [`--access-key=${accessKey}`, `--secret-key=${secretKey}`];
    await command('radosgw-admin', 'user', 'create', `--uid=${name}`, `--display-name=${name}`, ...keys);
    return { accessKey, secretKey };
  };
  return { endpoint: `http://127.0.0.1:${port}`, ...(await addUser('test')), addUser };
}

async function answers(url: string, daemons: readonly ChildProcess[]): Promise<void> {
  const isThere = async () => {
    if (daemons.some(({ exitCode }) => exitCode !== null)) throw new Error('a daemon of Ceph has ended');
    return await fetch(url).then(
      () => true,
      () => false,
    );
  };
  await until('the Ceph gateway to answer', isThere, { withinMs: START_TIMEOUT_MS });
}

async function ended(daemon: ChildProcess): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  daemon.kill('SIGKILL');
  await exit;
}

function configuration(options: {
  readonly directory: string;
  readonly cluster: string;
  readonly monitor: string;
  readonly port: number;
}): string {
  const { directory, cluster, monitor, port } = options;
  const settings = {
    fsid: cluster,
    mon_host: monitor,
    public_addr: '127.0.0.1',
    cluster_addr: '127.0.0.1',
    public_network: '127.0.0.0/8',
    osd_pool_default_size: 1,
    osd_pool_default_min_size: 1,
    osd_crush_chooseleaf_type: 0,
    osd_pool_default_pg_num: 4,
    mon_allow_pool_size_one: true,
    mon_max_pg_per_osd: 1000,
    run_dir: join(directory, 'run'),
    admin_socket: join(directory, 'run', '$name.asok'),
    log_file: join(directory, 'log', '$name.log'),
    osd_objectstore: 'memstore',
    memstore_device_bytes: MEMORY_BYTES,
    osd_class_load_list: '*',
    osd_class_default_list: '*',
    keyring: join(directory, 'keyring'),
    mon_data: join(directory, 'mon'),
    osd_data: join(directory, 'osd'),
    mgr_data: join(directory, 'mgr'),
    rgw_frontends: `beast endpoint=127.0.0.1:${port}`,
    rgw_crypt_require_ssl: false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `[global]\n${lines.join('\n')}\n`;
}
