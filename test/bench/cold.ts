import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DeployedFunction, functionsIn } from '../cloud/functions-in.ts';

/**
 * Prints, for each function's bundle in cdk.out, its size and how long it takes to load in a fresh process: the part of
 * a cold start that is ours. The same for the processes that lie beside a bundle, which start with the first mail.
 * `--json` prints the same for programs. Run `npm run synth` before.
 */

/** What a bundle may weigh and take: those that read mail bring its parsers along. */
const TARGETS = { reading: { megabytes: 2.5, loadMs: 250 }, other: { megabytes: 1, loadMs: 120 } };
const READING: ReadonlySet<string> = new Set([
  'archive-arrivals',
  'settle-dead-letters',
  'http-api',
  'run-fetch',
  'run-maintenance',
  'verify-signatures',
  'index-messages',
]);
const PROCESS = /-process\.mjs$/;
/** The best counts: the others say what else the machine did. */
const RUNS = 9;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Measured {
  readonly name: string;
  readonly readsMail: boolean;
  readonly megabytes: number;
  readonly loadMs: number;
  /** Of one core: says more than the clock where other programs run. */
  readonly cpuMs: number;
}

interface Load {
  readonly ms: number;
  readonly cpuMs: number;
}

async function measure({ name, code, environment }: DeployedFunction): Promise<readonly Measured[]> {
  const beside = (await readdir(code)).filter((file) => file.endsWith('.mjs') && file !== 'index.mjs');
  const all = [
    await measureBundle({ name, bundle: join(code, 'index.mjs'), environment, readsMail: READING.has(name) }),
  ];
  for (const file of beside.filter((one) => PROCESS.test(one))) {
    const process = { name: `${name}, ${file.replace('.mjs', '')}`, bundle: join(code, file), readsMail: true };
    // They share files, and load most of them when they need them.
    all.push(await measureBundle({ ...process, environment: {}, files: beside.map((one) => join(code, one)) }));
  }
  return all;
}

interface Bundle {
  readonly name: string;
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly readsMail: boolean;
  /** All that it may load; left out, the bundle is all. */
  readonly files?: readonly string[];
}

async function measureBundle({ name, bundle, environment, readsMail, files = [bundle] }: Bundle): Promise<Measured> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const loads: Load[] = [];
  for (let i = 0; i < RUNS; i++) loads.push(await load(bundle, environment));
  return {
    name,
    readsMail,
    megabytes: Number((sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(2)),
    loadMs: Math.round(Math.min(...loads.map(({ ms }) => ms))),
    cpuMs: Math.round(Math.min(...loads.map(({ cpuMs }) => cpuMs))),
  };
}

async function load(bundle: string, environment: Readonly<Record<string, string>>): Promise<Load> {
  const script = `const start = performance.now(); const cpu = process.cpuUsage(); await import(${JSON.stringify(bundle)}); const { user, system } = process.cpuUsage(cpu); console.log(JSON.stringify({ ms: performance.now() - start, cpuMs: (user + system) / 1000 }));`;
  const env = { ...environment, AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
  return JSON.parse(stdout);
}

const assembly = join(ROOT, 'cdk.out');
await stat(join(assembly, 'manifest.json')).catch(() => {
  console.error('cdk.out is not there; run npm run synth first');
  process.exit(1);
});
const measured: Measured[] = [];
for (const deployed of functionsIn(assembly)) measured.push(...(await measure(deployed)));

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ node: process.version, runs: RUNS, functions: measured }));
} else {
  console.log(`Node ${process.version}, best of ${RUNS} loads in fresh processes`);
  for (const { name, readsMail, megabytes, loadMs, cpuMs } of measured) {
    const target = readsMail ? TARGETS.reading : TARGETS.other;
    const verdict = megabytes < target.megabytes && loadMs < target.loadMs ? '' : '  over target';
    const limits = `(< ${target.megabytes} MB, < ${target.loadMs} ms)`;
    console.log(
      `${name.padEnd(34)} ${megabytes.toFixed(2)} MB  ${String(loadMs).padStart(4)} ms (processor ${cpuMs} ms)  ${limits}${verdict}`,
    );
  }
}
