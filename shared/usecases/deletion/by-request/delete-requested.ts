import type { Job } from '../../../domain/job.ts';
import type { DataRequest, RequestResults } from '../../../domain/requests/data-request.ts';
import type { RequestedMessage } from '../../../domain/requests/requested-message.ts';
import { ConflictError } from '../../../errors.ts';
import type { Item } from '../../../ports/tables.ts';
import { AccessBook } from '../../access/access-book.ts';
import { chunksOf } from '../../chunks-of.ts';
import { Setting } from '../../configuration/setting.ts';
import { findPrincipalById } from '../../identity/principals.ts';
import { isCancelled, logJob } from '../../jobs/jobs.ts';
import { plusCounts } from '../../jobs/plus-counts.ts';
import { closeRequest } from '../../requests/close-request.ts';
import { changeRequest, findRequest } from '../../requests/request-book.ts';
import { requestedItems } from '../../requests/requested-messages.ts';
import { DEFAULT_DELETION, DELETION_SETTINGS_KEY, type DeletionSettings } from '../../settings/deletion-settings.ts';
import type { PurgingCheckpoint, PurgingContext, PurgingTask, Walked } from '../purging-task.ts';
import { type ChunkDone, deleteChunk } from './delete-chunk.ts';
import type { DeletionRun } from './delete-item.ts';
import { type DeletionCounts, NOTHING_DELETED, plusTally, type Tally, tallyOf } from './deletion-counts.ts';

/** Why the rest of a job is not done. */
type Stop = 'cancelled' | 'switched_off' | 'ended';

interface DeletionCheckpoint extends PurgingCheckpoint {
  readonly requestId: string;
  readonly counts: DeletionCounts;
  /** Of all messages that were walked so far. */
  readonly tally: Tally;
  /** The last of them. */
  readonly after?: string;
  readonly stop?: Stop;
}

/** What every slice asks anew. */
interface Rights {
  readonly settings: { get(): Promise<DeletionSettings> };
  readonly access: AccessBook;
}

/** Messages that are decided on at once. */
const CHUNK = 64;
/** How often a request is read again where others change it at the same time. */
const MAX_ATTEMPTS = 5;

/**
 * Does what was approved with the messages of an erasure request or a bulk deletion, and says of each what became of
 * it. What is blocked stays, and access to it is restricted where a person asked for erasure. While deletion is
 * switched off it ends at once, and the request stays as it is.
 */
export const requestTask: PurgingTask<DeletionCheckpoint> = {
  walk: async (context, job, from, mayGoOn, reached) => {
    if (!from) throw new TypeError('nothing says which request this is about');
    // What a job begins with names the request, and nothing else.
    return await walk(
      context,
      job,
      { ...from, counts: { ...NOTHING_DELETED, ...from.counts }, tally: from.tally ?? {} },
      mayGoOn,
      reached,
    );
  },
  end,
};

async function walk(
  context: PurgingContext,
  job: Job,
  begun: DeletionCheckpoint,
  mayGoOn: () => boolean,
  reached: (checkpoint: DeletionCheckpoint) => Promise<void>,
): Promise<Walked<DeletionCheckpoint>> {
  const { ports } = context;
  const rights: Rights = {
    settings: new Setting(ports, { key: DELETION_SETTINGS_KEY, defaults: DEFAULT_DELETION }),
    access: new AccessBook(ports),
  };
  let checkpoint = begun;
  for await (const chunk of chunksOf(requestedItems(ports, begun.requestId, begun.after), CHUNK)) {
    const turn = checkpoint.stop ?? (await nextTurn(context, rights, job, begun.requestId));
    if (typeof turn === 'string') checkpoint = { ...checkpoint, stop: turn, isStopped: true };
    if (turn === 'switched_off' || turn === 'ended') break;
    // One that was cancelled counts what became of the rest before.
    const done = turn === 'cancelled' ? untouched(chunk) : await deleteChunk(turn, chunk);
    const last = chunk.at(-1)?.sk;
    checkpoint = {
      ...checkpoint,
      counts: plusCounts(checkpoint.counts, done.counts),
      tally: plusTally(checkpoint.tally, done.tally),
      ...(last === undefined ? {} : { after: last }),
    };
    if (!mayGoOn()) return { isDone: false, checkpoint };
    await reached(checkpoint);
  }
  return { isDone: true, checkpoint };
}

function untouched(chunk: readonly Item<RequestedMessage>[]): ChunkDone {
  return { counts: NOTHING_DELETED, tally: tallyOf(chunk.map(({ data }) => data)) };
}

/** What to do the next messages by, as things are now. */
async function nextTurn(
  context: PurgingContext,
  { settings, access }: Rights,
  { jobId, kind: jobKind }: Job,
  requestId: string,
): Promise<DeletionRun | Stop> {
  const { ports } = context;
  const { data: request } = await findRequest(ports, requestId);
  const { kind, ownedBy } = request;
  if (kind === 'access' || kind !== jobKind || !isApproved(request)) return 'ended';
  if (!(await settings.get()).allowed) {
    await logJob(ports, jobId, 'deletion is switched off');
    return 'switched_off';
  }
  if (await isCancelled(ports, jobId)) return 'cancelled';
  const mayRemoveFrom = async (mailboxId: string): Promise<boolean> => {
    if (ownedBy === undefined) return true;
    const owner = (await findPrincipalById(ports, ownedBy))?.principal;
    if (owner?.kind !== 'user' || owner.disabled) return false;
    return (await access.privilegesOn({ userId: ownedBy }, mailboxId)).includes('delete');
  };
  return { context, request, cause: { kind, requestId, jobId }, mayRemoveFrom };
}

function isApproved(request: DataRequest): request is DeletionRun['request'] {
  return request.approvedAt !== undefined && (request.state === 'running' || request.state === 'open');
}

/** What is done is said on the request; one that has nothing left to do, and nothing left in the storage, is closed. */
async function end(context: PurgingContext, _job: Job, { requestId, tally, stop }: DeletionCheckpoint): Promise<void> {
  const { ports } = context;
  if (stop === 'switched_off' || stop === 'ended') return;
  const results = resultsOf(tally);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const item = await findRequest(ports, requestId);
      const { data: request } = item;
      if (!isApproved(request)) return;
      const mayGoOn =
        stop === 'cancelled' || (request.kind === 'erasure' && results.blocked + (results.bytesLocked ?? 0) > 0);
      // What could not be done beside others is done by the next job.
      const isLeft = !stop && (tally.waiting ?? 0) > 0;
      await changeRequest(ports, item, { results, ...(mayGoOn && !isLeft ? { state: 'open' } : {}) });
      if (!mayGoOn && !isLeft) await closeRequest(ports, request.kind, requestId);
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function resultsOf({ purged = 0, bytesLocked, removed = 0, kept = 0, blocked = 0, gone = 0 }: Tally): RequestResults {
  return { purged, ...(bytesLocked === undefined ? {} : { bytesLocked }), removed, kept, blocked, gone };
}
