import type { Profile } from '../../domain/profile.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { getJob, listJobs } from '../jobs/jobs.ts';
import { nextRun } from '../profiles/next-run.ts';
import { PROFILES } from '../profiles/profile-keys.ts';
import { type LastRun, lastRun } from '../profiles/start-profile-job.ts';
import { queryAll } from '../query-all.ts';
import { noteTrouble } from '../troubles.ts';

type WatchPorts = Pick<Ports, 'tables' | 'events' | 'clock'>;

const STATE_KEY = { pk: 'digest', sk: 'schedules' };
const MINUTE_MS = 60_000;
/** A run that begins so long after it was due is late; one that has not begun by then was missed. */
const GRACE_MS = 15 * MINUTE_MS;
/** After a longer time in which nobody looked, only the end of it is looked at. */
const LONGEST_MS = 7 * 24 * 60 * MINUTE_MS;
/** Due times of a profile in one look: one that is due every minute must not fill a mail. */
const MAX_DUE = 20;
const JOBS_PAGE = 200;

/**
 * Looks which runs of profiles were due and did not begin, also while the system was down: each is told once by an event
 * and noted for the digest. A process that dies half way, or another one beside, may tell it twice. Answers how many.
 */
export async function watchSchedules(ports: WatchPorts): Promise<number> {
  const now = ports.clock.now();
  const until = now.getTime() - GRACE_MS;
  const item = await ports.tables.get('activity', STATE_KEY);
  const looked = item ? Date.parse(typed<{ readonly lookedUntil: string }>(item).data.lookedUntil) : until;
  const from = Math.max(looked, until - LONGEST_MS);
  if (item && until <= from) return 0;
  let missed = 0;
  for await (const entry of queryAll(ports, 'configuration', PROFILES)) {
    const profile = typed<Profile>(entry).data;
    if (entry.removed || !profile.schedule) continue;
    const { last } = await lastRun(ports, profile.profileId);
    for (const due of dueTimes(profile, last, { from, until })) {
      if (await hasBegun(ports, profile.profileId, due)) continue;
      await tell(ports, { profileId: profile.profileId, due, running: await unfinished(ports, last) });
      missed += 1;
    }
  }
  const next = { ...STATE_KEY, version: (item?.version ?? 0) + 1, data: dataOf({ lookedUntil: iso(until) }) };
  await (item ? ports.tables.putIfVersion('activity', next, item.version) : ports.tables.putIfAbsent('activity', next));
  return missed;
}

/** Due times after `from` up to `until`. An interval runs from the last run, so it has one at most. */
function dueTimes(
  { schedule, createdAt }: Profile,
  last: LastRun | undefined,
  { from, until }: { readonly from: number; readonly until: number },
): readonly Date[] {
  if (!schedule) return [];
  const start = Math.max(from, Date.parse(createdAt));
  if ('everyMinutes' in schedule) {
    const due = nextRun(schedule, new Date(last?.startedAt ?? createdAt));
    return due && due.getTime() > start && due.getTime() <= until ? [due] : [];
  }
  const times: Date[] = [];
  for (let due = nextRun(schedule, new Date(start)); due && times.length < MAX_DUE; due = nextRun(schedule, due)) {
    if (due.getTime() > until) break;
    times.push(due);
  }
  return times;
}

async function hasBegun(ports: Pick<Ports, 'tables'>, profileId: string, due: Date): Promise<boolean> {
  const range = { from: due, to: new Date(due.getTime() + GRACE_MS), profileId, limit: JOBS_PAGE };
  let cursor: string | undefined;
  do {
    const page = await listJobs(ports, cursor === undefined ? range : { ...range, cursor });
    if (page.items.length > 0) return true;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return false;
}

/** The job of the last run, where it is not over. */
async function unfinished(ports: Pick<Ports, 'tables'>, last: LastRun | undefined): Promise<string | undefined> {
  if (last?.jobId === undefined) return undefined;
  try {
    return (await getJob(ports, last.jobId)).data.state === 'finished' ? undefined : last.jobId;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function tell(
  ports: WatchPorts,
  { profileId, due, running }: { readonly profileId: string; readonly due: Date; readonly running: string | undefined },
): Promise<void> {
  const at = ports.clock.now();
  const facts = { profileId, dueAt: due.toISOString(), ...(running === undefined ? {} : { jobId: running }) };
  await noteTrouble(ports, { kind: 'missed', at: at.toISOString(), ...facts });
  await ports.events.publish({ type: 'profileMissed', at, detail: facts });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
