import type { DataRequest, RequestFindings } from '../../domain/requests/data-request.ts';
import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { AccessBook } from '../access/access-book.ts';
import { chunksOf } from '../chunks-of.ts';
import type { HoldContext } from '../holds/lone-documents.ts';
import { checkpointOf, isCancelled, keepCheckpoint } from '../jobs/jobs.ts';
import type { Slice } from '../jobs/run-slice.ts';
import {
  type Hit,
  type HitPlace,
  hitsOf,
  type PlannedScope,
  planScope,
  type ScopeSearch,
} from '../scopes/find-in-scope.ts';
import { aboutAddresses } from './about-addresses.ts';
import { addFound, type FoundMailboxes } from './add-found.ts';
import { countFound, type FoundCounts, NOTHING_COUNTED } from './count-found.ts';
import type { AssessingJudge } from './decide-item.ts';
import { findQuarantined, quarantineIn } from './find-quarantined.ts';
import { concernsThose } from './may-concern.ts';
import { changeRequest, findRequest } from './request-book.ts';
import type { RequestJobCheckpoint, RequestPorts } from './request-job.ts';
import { requestedItems } from './requested-messages.ts';

/** What finding messages works with. */
interface FindContext extends ScopeSearch, Omit<AssessingJudge, 'ports'> {
  readonly ports: RequestPorts & Pick<Ports, 'archive'>;
  /** What reads messages for the index. */
  readonly index: HoldContext;
}

/**
 * Where a slice begins: first all is searched, then quarantine is gone through, then what was found is decided on and
 * counted.
 */
type FindCheckpoint = RequestJobCheckpoint & {
  /** When the job began: what was decided on since is not again. ISO 8601, UTC. */
  readonly began: string;
} & (
    | { readonly phase: 'search'; readonly place?: HitPlace; readonly hits: number }
    | { readonly phase: 'quarantine'; readonly after?: string; readonly quarantined: number }
    | { readonly phase: 'count'; readonly after?: string; readonly counts: FoundCounts; readonly quarantined?: number }
  );

/** Messages that are written down together. */
const BATCH = 64;
/** Inputs in quarantine that are looked through before the job asks whether it may go on: they may be large. */
const QUARANTINE_BATCH = 4;
/** After so many batches a job that died goes on there. */
const KEEP_EVERY = 16;
/** How often the request is read again where others change it at the same time. */
const MAX_ATTEMPTS = 8;

/**
 * Finds the messages of a request: the search says which there are, each message itself what keeps it. Each stands
 * once, whatever number of mailboxes it was found in. Goes on while `mayGoOn` answers true. Safe to repeat, and beside
 * another one: only the newest job of a request that is finding ends as what it found. What was found before stays,
 * with what people chose. For erasure and access also what may concern the person in quarantine. One that was cancelled
 * leaves the request to be found again. Throws `NotFoundError` where there is no such request, `StorageError` where a
 * part of the index cannot be searched.
 */
export async function findMessages(context: FindContext, jobId: string, mayGoOn: () => boolean): Promise<Slice> {
  const { ports } = context;
  const kept = await checkpointOf<RequestJobCheckpoint | FindCheckpoint>(ports, jobId);
  if (!kept) throw new TypeError('nothing says what to find');
  const { requestId } = kept;
  const { data: request } = await findRequest(ports, requestId);
  const run: Run = { context, request, jobId, mayGoOn };
  if (!isFindingBy(request, jobId)) return { details: {} };
  const begin: FindCheckpoint =
    'phase' in kept ? kept : { requestId, began: ports.clock.now().toISOString(), phase: 'search', hits: 0 };
  const searched = begin.phase === 'search' ? await search(run, begin) : begin;
  if (searched === 'cancelled') return { details: {}, isCancelled: true };
  if (searched.phase === 'search') return { details: { hits: searched.hits }, rest: searched };
  const walked = searched.phase === 'quarantine' ? await walkQuarantine(run, searched) : searched;
  if (walked === 'cancelled') return { details: {}, isCancelled: true };
  if (walked.phase !== 'count') return { details: { quarantined: walked.quarantined }, rest: walked };
  const counted = await count(run, walked);
  if (counted === 'cancelled') return { details: {}, isCancelled: true };
  const { bytes, gone, ...messages } = counted.counts;
  const quarantined = walked.quarantined === undefined ? {} : { quarantined: walked.quarantined };
  const details = { messages: sumOf(messages), ...messages, gone, bytes, ...quarantined };
  if (!counted.isDone) return { details, rest: counted.rest };
  const foundAt = ports.clock.now().toISOString();
  await endAsFound(run, { foundAt, messages: sumOf(messages), bytes, ...messages, ...quarantined });
  return { details };
}

interface Run {
  readonly context: FindContext;
  readonly request: DataRequest;
  readonly jobId: string;
  readonly mayGoOn: () => boolean;
}

type Of<Phase extends FindCheckpoint['phase']> = FindCheckpoint & { readonly phase: Phase };

async function search(
  { context, request, jobId, mayGoOn }: Run,
  from: Of<'search'>,
): Promise<FindCheckpoint | 'cancelled'> {
  const { requestId, began } = from;
  const { ports } = context;
  let { hits } = from;
  let batches = 0;
  const plan = await planOf(context, request);
  for await (const batch of chunksOf(hitsOf(context, plan, from.place), BATCH)) {
    await addFound(context, request, await aboutAddresses(context.index, request.scope, mailboxesByMessage(batch)));
    hits += batch.length;
    batches += 1;
    const place = batch.at(-1)?.place;
    const rest = { requestId, began, phase: 'search', hits, ...(place ? { place } : {}) } as const;
    if (await isCancelled(ports, jobId)) return 'cancelled';
    if (!mayGoOn()) return rest;
    if (batches % KEEP_EVERY === 0) await keepCheckpoint(ports, jobId, rest);
  }
  // What somebody deletes in bulk is mail of mailboxes, or of a search: it is about nobody.
  if (request.kind === 'bulk-deletion') return { requestId, began, phase: 'count', counts: NOTHING_COUNTED };
  return { requestId, began, phase: 'quarantine', quarantined: 0 };
}

async function walkQuarantine(
  { context, request, jobId, mayGoOn }: Run,
  { requestId, began, after, quarantined: before }: Of<'quarantine'>,
): Promise<Of<'quarantine'> | Of<'count'> | 'cancelled'> {
  const { ports } = context;
  const concernsThem = await concernsThose(request.scope, context.addresses);
  let quarantined = before;
  let batches = 0;
  for await (const batch of chunksOf(quarantineIn(ports, request.scope, after), QUARANTINE_BATCH)) {
    quarantined += await findQuarantined(ports, requestId, concernsThem, batch);
    batches += 1;
    const last = batch.at(-1)?.sk;
    const place = last === undefined ? {} : { after: last };
    const rest = { requestId, began, phase: 'quarantine', quarantined, ...place } as const;
    if (await isCancelled(ports, jobId)) return 'cancelled';
    if (!mayGoOn()) return rest;
    if (batches % KEEP_EVERY === 0) await keepCheckpoint(ports, jobId, rest);
  }
  return { requestId, began, phase: 'count', counts: NOTHING_COUNTED, quarantined };
}

type Counted = { readonly counts: FoundCounts } & (
  | { readonly isDone: true }
  | { readonly isDone: false; readonly rest: FindCheckpoint }
);

async function count({ context, jobId, mayGoOn }: Run, from: Of<'count'>): Promise<Counted | 'cancelled'> {
  const { after: _from, counts: before, ...job } = from;
  const { ports } = context;
  let counts = before;
  let batches = 0;
  for await (const batch of chunksOf(requestedItems(ports, job.requestId, from.after), BATCH)) {
    counts = await countFound(context, batch, job.began, counts);
    batches += 1;
    const after = batch.at(-1)?.sk;
    const rest = { ...job, counts, ...(after === undefined ? {} : { after }) };
    if (await isCancelled(ports, jobId)) return 'cancelled';
    if (!mayGoOn()) return { isDone: false, counts, rest };
    if (batches % KEEP_EVERY === 0) await keepCheckpoint(ports, jobId, rest);
  }
  return { isDone: true, counts };
}

/** For a person's own what they find in those of its mailboxes that they may still read and delete in; else all that there is. */
async function planOf(context: FindContext, request: DataRequest): Promise<PlannedScope> {
  const { ownedBy, scope } = request;
  if (ownedBy === undefined) return await planScope(context, request);
  const access = new AccessBook(context.ports);
  const readable = new Set<string>();
  for (const mailboxId of scope.mailboxes ?? []) {
    const granted = await access.privilegesOn({ userId: ownedBy }, mailboxId);
    if (granted.includes('read') && granted.includes('delete')) readable.add(mailboxId);
  }
  return await planScope(context, request, { readable });
}

function isFindingBy({ state, jobIds }: DataRequest, jobId: string): boolean {
  return state === 'finding' && jobIds.at(-1) === jobId;
}

async function endAsFound({ context: { ports }, request, jobId }: Run, found: RequestFindings): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await findRequest(ports, request.requestId);
    if (!isFindingBy(current.data, jobId)) return;
    try {
      await changeRequest(ports, current, { state: 'found', found });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function mailboxesByMessage(hits: readonly Hit[]): FoundMailboxes {
  const byMessage = Map.groupBy(hits, ({ archiveId }) => archiveId);
  return new Map([...byMessage].map(([archiveId, own]) => [archiveId, own.map(({ mailboxId }) => mailboxId)]));
}

function sumOf(counts: { readonly [name: string]: number }): number {
  return Object.values(counts).reduce((sum, messages) => sum + messages, 0);
}
