import type { DataRequest } from '../../domain/requests/data-request.ts';
import type { RequestedMessage, RequestedState } from '../../domain/requests/requested-message.ts';
import { ConflictError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { checkpointOf, isCancelled, keepCheckpoint, logJob } from '../jobs/jobs.ts';
import {
  type ExportCounts,
  expiryOf,
  keepExport,
  keptExport,
  NOTHING_EXPORTED,
  type PartFacts,
} from './export-objects.ts';
import { type PlannedMessage, planPart, type WrittenPart, writePart } from './export-part.ts';
import { type ExportContext, type ExportOutcome, readerOf } from './exported-message.ts';
import { changeRequest, requestItem } from './request-book.ts';
import type { RequestJobCheckpoint } from './request-job.ts';
import { changeRequested } from './requested-messages.ts';

/** Where an export goes on; a job begins with the request alone. */
interface ExportCheckpoint extends RequestJobCheckpoint {
  /** ISO 8601, UTC: of the first part, and what the index counts from. */
  readonly beganAt?: string;
  /** Behind this message. */
  readonly after?: string;
  readonly counts?: ExportCounts;
  readonly parts?: readonly PartFacts[];
}

/** Keeps a checkpoint below what an item may have: four million messages, or some 500 GB. */
const MAX_PARTS = 8_000;

/** What an export has done, and how it goes on or ended. */
interface ExportSlice {
  /** `left` is 1 where there is more than an export can have. */
  readonly counts: ExportCounts & { readonly parts: number; readonly left: number };
  readonly rest?: object;
  readonly isCancelled?: true;
}

/**
 * Goes on with the export of an access request for as long as `mayGoOn` answers true: a part at a time, each at least
 * one. At its end `readExport` has it, and the request is open. Ends without anything to read where somebody cancelled
 * it or closed the request. Safe to repeat: a part that was written already is written again, with the same in it.
 * Throws `NotFoundError` without such a request, `StorageError`.
 */
export async function exportMessages(
  context: ExportContext,
  jobId: string,
  mayGoOn: () => boolean,
): Promise<ExportSlice> {
  const { ports } = context;
  const from = await checkpointOf<ExportCheckpoint>(ports, jobId);
  if (!from) throw new TypeError('nothing says which request to export');
  const beganAt = from.beganAt ?? ports.clock.now().toISOString();
  const { requestId } = from;
  let at = { after: undefined, counts: NOTHING_EXPORTED, parts: [] as readonly PartFacts[], ...from, beganAt };
  // Parts that are written again have the same dates in them.
  if (from.beganAt === undefined) await keepCheckpoint(ports, jobId, at);
  for (;;) {
    const { data: request } = await requestItem(ports, 'access', requestId);
    const isWanted = request.state === 'running' && request.jobIds.at(-1) === jobId;
    // It may have died behind its end.
    if (!isWanted && (await keptExport(ports, requestId))?.jobId === jobId) return { counts: countsOf(at) };
    if (!isWanted || (await isCancelled(ports, jobId))) {
      if (isWanted) await reopen(context, requestId, at.counts);
      return { counts: countsOf(at), isCancelled: true };
    }
    const { messages, isLast } = await planPart(ports, request, at.after);
    const isFull = at.parts.length >= MAX_PARTS && messages.length > 0;
    if (!isFull && messages.length > 0) {
      at = { ...at, ...(await nextPart(context, request, jobId, at, messages)) };
      await keepCheckpoint(ports, jobId, at);
    }
    if (isLast || isFull) {
      const { counts, parts } = at;
      if (isFull) await logJob(ports, jobId, `more than ${MAX_PARTS} parts: the rest is not exported`);
      const madeAt = ports.clock.now().toISOString();
      await keepExport(ports, requestId, { format: 1, jobId, madeAt, expiresAt: expiryOf(beganAt), counts, parts });
      await reopen(context, requestId, counts);
      return { counts: countsOf(at, isFull) };
    }
    if (!mayGoOn()) return { counts: countsOf(at), rest: at };
  }
}

function countsOf(
  { counts, parts }: { readonly counts: ExportCounts; readonly parts: readonly PartFacts[] },
  isFull = false,
): ExportSlice['counts'] {
  return { ...counts, parts: parts.length, left: isFull ? 1 : 0 };
}

async function nextPart(
  context: ExportContext,
  { requestId, scope }: DataRequest,
  jobId: string,
  { counts, parts, beganAt }: Required<Pick<ExportCheckpoint, 'counts' | 'parts' | 'beganAt'>>,
  messages: readonly PlannedMessage[],
) {
  const place = { requestId, jobId, part: parts.length + 1 };
  const written = await writePart(context, place, messages, readerOf(scope.addresses ?? [], new Date(beganAt)));
  await noteStates(context, messages, written);
  const of = (outcome: ExportOutcome) => [...written.outcomes.values()].filter((one) => one === outcome).length;
  const exported = of('exported');
  return {
    after: messages.at(-1)?.item.data.archiveId,
    counts: {
      exported: counts.exported + exported,
      withheld: counts.withheld + messages.length - written.outcomes.size,
      gone: counts.gone + of('gone'),
      damaged: counts.damaged + of('damaged'),
    },
    parts: [...parts, { messages: exported, sizeBytes: written.sizeBytes }],
  };
}

const STATES: { readonly [Outcome in ExportOutcome]: RequestedState | undefined } = {
  exported: 'exported',
  gone: 'gone',
  damaged: undefined,
};

async function noteStates(
  context: ExportContext,
  messages: readonly PlannedMessage[],
  { outcomes }: WrittenPart,
): Promise<void> {
  for (const { item, isWithheld } of messages) {
    const outcome = outcomes.get(item.data.archiveId);
    const state = isWithheld && item.data.chosen ? 'kept' : outcome && STATES[outcome];
    if (state !== undefined && state !== item.data.state) await noteState(context, item, state);
  }
}

async function noteState({ ports }: ExportContext, item: Item<RequestedMessage>, state: RequestedState): Promise<void> {
  try {
    await changeRequested(ports, item, { state, decidedAt: ports.clock.now().toISOString() });
  } catch (error) {
    // Somebody decides on it meanwhile: that counts for the next export.
    if (!(error instanceof ConflictError)) throw error;
  }
}

/** How often the request is read again where others change it at the same time. */
const MAX_ATTEMPTS = 8;

/** An export that has ended, however: the request can be exported again. One that is closed stays so. */
async function reopen({ ports }: ExportContext, requestId: string, counts: ExportCounts): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const item = await requestItem(ports, 'access', requestId);
    if (item.data.state !== 'running') return;
    const results = { purged: 0, removed: 0, kept: counts.withheld, blocked: 0, gone: counts.gone };
    try {
      await changeRequest(ports, item, { state: 'open', results });
      return;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
