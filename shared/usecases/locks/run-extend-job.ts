import { type Quarantined, quarantineKey } from '../../domain/quarantined.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { chunksOf } from '../chunks-of.ts';
import { typed } from '../item-data.ts';
import { isCancelled } from '../jobs/jobs.ts';
import { CANDIDATE_DAYS, QUARANTINE } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { type Candidate, type CandidateDay, candidatesOf, type WalkPosition } from '../retention/walk-candidates.ts';
import { extendMessage, type SharedLocks } from './extend-message.ts';
import { extendObject } from './extend-object.ts';
import { lockOfQuarantined } from './lock-quarantined.ts';
import type { LockContext } from './storage-locks.ts';

interface Counts {
  /** Messages, and input in quarantine, that were looked at. */
  readonly looked: number;
  /** Stored versions that were locked for less than they are now. */
  readonly extended: number;
  /** Of these nothing could be known. */
  readonly damaged: number;
}

/** Where a slice of the job begins. */
export type ExtendJobCheckpoint = { readonly counts: Counts } & (
  | { readonly phase: 'messages'; readonly position?: WalkPosition }
  | { readonly phase: 'quarantine'; readonly after?: string }
);

export const EXTEND_ALL: ExtendJobCheckpoint = {
  phase: 'messages',
  counts: { looked: 0, extended: 0, damaged: 0 },
};

type JobContext = LockContext & { readonly ports: LockContext['ports'] & Pick<Ports, 'logs'> };

/** Looked at at once: each waits for storage more than it works. */
const CHUNK = 16;
/** So many attachments are known to be done; keeps memory bounded. */
const MAX_SHARED = 10_000;

/**
 * Extends the locks of all that is stored, by archive day, and of quarantine, where they end before the minimums that
 * apply now do. Nothing is ever shortened. Goes on while `mayGoOn` answers true and nobody cancelled the job; `rest` is
 * where the next slice begins. Safe to repeat.
 */
export async function runExtendJob(
  context: JobContext,
  jobId: string,
  from: ExtendJobCheckpoint,
  mayGoOn: () => boolean,
): Promise<{ readonly counts: Counts; readonly rest?: ExtendJobCheckpoint; readonly isCancelled?: true }> {
  const { ports } = context;
  let { counts } = from;
  if (from.phase === 'messages') {
    const shared: SharedLocks = new Map();
    const days = await archiveDays(ports);
    for await (const chunk of chunksOf(candidatesOf(ports, days, from.position), CHUNK)) {
      counts = plus(counts, await overMessages(context, chunk, shared));
      const position = chunk.at(-1)?.position;
      if (await isCancelled(ports, jobId)) return { counts, isCancelled: true };
      if (!mayGoOn()) return { counts, rest: { phase: 'messages', counts, ...(position ? { position } : {}) } };
    }
  }
  const begin = from.phase === 'quarantine' ? from.after : undefined;
  const range = begin === undefined ? {} : { from: begin };
  for await (const item of queryAll(ports, 'activity', QUARANTINE, range)) {
    if (item.removed || item.sk === begin) continue;
    counts = plus(counts, [await extendQuarantined(context, typed<Quarantined>(item).data)]);
    if (await isCancelled(ports, jobId)) return { counts, isCancelled: true };
    if (!mayGoOn()) return { counts, rest: { phase: 'quarantine', counts, after: item.sk } };
  }
  return { counts };
}

/** All days that messages were archived on, oldest first. */
async function archiveDays(ports: Pick<Ports, 'tables'>): Promise<readonly CandidateDay[]> {
  const days: CandidateDay[] = [];
  for await (const { sk } of queryAll(ports, 'messages', CANDIDATE_DAYS, { prefix: 'a' })) {
    days.push({ list: 'archived', day: sk.slice(1) });
  }
  return days;
}

/** What became of each: how many versions were extended, or `undefined` where nothing could be known. */
async function overMessages(
  context: JobContext,
  chunk: readonly Candidate[],
  shared: SharedLocks,
): Promise<readonly (number | undefined)[]> {
  const { prepared } = await context.policies.now();
  const owners = new Map();
  if (shared.size > MAX_SHARED) shared.clear();
  return await Promise.all(
    chunk.map(async ({ archiveId }) => {
      try {
        return await extendMessage(context, archiveId, prepared, { owners, shared });
      } catch (error) {
        // Purged meanwhile.
        if (error instanceof NotFoundError) return 0;
        if (!(error instanceof DamagedError)) throw error;
        context.ports.logs.error('locks cannot be extended', { archiveId, code: error.code });
        return undefined;
      }
    }),
  );
}

/** Its keep times run from when it was stored. */
async function extendQuarantined(
  { ports, policies }: JobContext,
  { id, receivedAt, source, sizeBytes }: Quarantined,
): Promise<number> {
  const key = quarantineKey(id);
  const head = await ports.archive.head(key);
  if (!head) return 0;
  const { prepared } = await policies.now();
  const times = { archivedAt: head.modifiedAt, now: ports.clock.now() };
  const until = lockOfQuarantined({ receivedAt, source }, sizeBytes, prepared, times);
  return until && (await extendObject(ports, key, until)) ? 1 : 0;
}

function plus({ looked, extended, damaged }: Counts, done: readonly (number | undefined)[]): Counts {
  return {
    looked: looked + done.length,
    extended: done.reduce<number>((sum, count) => sum + (count ?? 0), extended),
    damaged: damaged + done.filter((count) => count === undefined).length,
  };
}
