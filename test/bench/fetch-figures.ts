/**
 * node test/bench/fetch-figures.ts DIRECTORY [IMAP_PORT]
 *
 * Fetches the mailbox of `BENCH_ACCOUNT` from the Dovecot at a port of loopback into an archive below a directory, then
 * has the signatures verified, then runs the profile again. Prints `FetchFigures` as JSON. A process of its own:
 * memory and processor time are those of the local system that fetches, its reader processes not among them. Without
 * a port it only opens an archive, so that the code is compiled.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { JobCounts, JobOutcome } from '../../shared/domain/job.ts';
import type { OpenBenchArchive } from './bench-archive.ts';

export const BENCH_ACCOUNT = 'bench';

export interface FetchFigures {
  readonly outcome: JobOutcome | undefined;
  readonly counts: JobCounts;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The second run, with nothing new. */
  readonly nothingNewSeconds: number;
  /** Resident when the fetch begins. */
  readonly megabytesBefore: number;
  /** The most that was resident at any time until the fetch had ended. */
  readonly megabytesMost: number;
  /** The same while the signatures of what was fetched were verified. */
  readonly megabytesMostVerifying: number;
}

const LOOK_MS = 20;

const [directory, port] = process.argv.slice(2);
if (import.meta.main) {
  // As infra/local/start.mjs, and before anything that starts threads is loaded.
  process.env.UV_THREADPOOL_SIZE ??= '8';
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
  setFlagsFromString('--heap-growing-percent=100');
  const { openBenchArchive } = await import('./bench-archive.ts');
  if (directory === undefined) throw new Error('usage: fetch-figures.ts DIRECTORY [IMAP_PORT]');
  const figures = await fetchFigures(directory, port === undefined ? undefined : Number(port), openBenchArchive);
  if (figures) console.log(JSON.stringify(figures));
}

async function fetchFigures(
  directory: string,
  port: number | undefined,
  openBenchArchive: OpenBenchArchive,
): Promise<FetchFigures | undefined> {
  const dataDir = await mkdtemp(join(directory, 'data-'));
  const archive = await openBenchArchive(dataDir, { account: BENCH_ACCOUNT, port: port ?? 1 });
  if (port === undefined) return void (await archive.close());
  const run = async () => {
    const started = performance.now();
    const cpu = process.cpuUsage();
    const jobId = await archive.startFetch();
    let job = await archive.job(jobId);
    while (job.state !== 'finished') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      job = await archive.job(jobId);
    }
    const { user, system } = process.cpuUsage(cpu);
    return { job, seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
  };
  const megabytesBefore = await megabytes('VmRSS');
  const { job, ...took } = await run();
  const megabytesMost = await megabytes('VmHWM');
  await forgetMost();
  await archive.settled();
  const megabytesMostVerifying = await megabytes('VmHWM');
  const second = await run();
  await archive.close();
  await rm(dataDir, { recursive: true });
  const { outcome, counts } = job;
  const memory = { megabytesBefore, megabytesMost, megabytesMostVerifying };
  return { outcome, counts, ...took, nothingNewSeconds: second.seconds, ...memory };
}

/** Of proc_pid_status(5): VmRSS is what is resident, VmHWM the most that ever was. */
async function megabytes(field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'latin1');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}

/** Has VmHWM count anew (proc_pid_clear_refs(5)). */
async function forgetMost(): Promise<void> {
  await writeFile('/proc/self/clear_refs', '5');
}
