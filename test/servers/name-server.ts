import { spawn } from 'node:child_process';
import type { MemoryZone } from '../../shared/adapters/memory/memory-dns.ts';
import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';

/** dnsmasq, with these records below `letterlock.test`; it refuses every other name. */
export interface NameServer {
  /** As `LETTERLOCK_DNS` takes it. */
  readonly address: string;
  stop(): Promise<void>;
}

export async function startNameServer(zone: MemoryZone, port?: number): Promise<NameServer> {
  const at = port ?? (await freePort());
  const options = ['--keep-in-foreground', '--conf-file=/dev/null', '--no-resolv', '--no-hosts', '--pid-file='];
  const listens = ['--listen-address=127.0.0.1', '--bind-interfaces', `--port=${at}`, '--user=', '--group='];
  const local = ['--local=/letterlock.test/', '--txt-record=ready.letterlock.test,ready'];
  const child = spawn('/usr/sbin/dnsmasq', [...options, ...listens, ...local, ...recordsOf(zone)], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const address = `127.0.0.1:${at}`;
  const dns = createSystemDns({ servers: [address] });
  await until('dnsmasq to answer', async () => {
    if (child.exitCode !== null) throw new Error(`dnsmasq ended with ${child.exitCode}`);
    return (await dns.txt('ready.letterlock.test').catch(() => [])).length > 0;
  });
  return {
    address,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function recordsOf({ txt = {}, a = {}, aaaa = {}, mx = {}, ptr = {} }: MemoryZone): readonly string[] {
  const each = <Value>(
    records: Readonly<Record<string, readonly Value[]>>,
    option: (name: string, value: Value) => string,
  ) => Object.entries(records).flatMap(([name, values]) => values.map((value) => option(name, value)));
  return [
    ...each(txt, (name, text) => `--txt-record=${name},${stringsOf(text).join(',')}`),
    ...each(a, (name, address) => `--host-record=${name},${address}`),
    ...each(aaaa, (name, address) => `--host-record=${name},${address}`),
    ...each(mx, (name, { priority, exchange }) => `--mx-host=${name},${exchange},${priority}`),
    ...each(ptr, (name, host) => `--ptr-record=${name},${host}`),
  ];
}

/** RFC 1035, 3.3.14: a text is made of strings of up to 255 bytes; here it must be without commas. */
function stringsOf(text: string): readonly string[] {
  return text.match(/.{1,255}/gs) ?? [''];
}
