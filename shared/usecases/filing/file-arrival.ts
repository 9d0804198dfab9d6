import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { ConflictError } from '../../errors.ts';
import type { LogEntry } from '../../ports/archive-log.ts';
import type { Item } from '../../ports/tables.ts';
import { followRestriction } from '../filings/restrict-message.ts';
import { lockFiled, lockOfArrival } from '../locks/lock-arrival.ts';
import { candidateItems } from '../retention/candidate-days.ts';
import { recordedFacts } from '../retention/recorded-facts.ts';
import type { ChangedMessage } from '../search/index/mark-messages.ts';
import type { SignedArrival } from '../signatures/announce-signatures.ts';
import type { StoredArrival } from '../stored-arrival.ts';
import { type Applied, applyArrival } from './apply-arrival.ts';
import { nameHash } from './fetched-place.ts';
import type { FilingContext } from './filing-context.ts';
import { findGeneration } from './find-generation.ts';
import { ledgerItems } from './ledger.ts';
import { isPastRetention } from './past-retention.ts';
import type { ReadArrival } from './read-arrival.ts';
import { resolveFetched } from './resolve-fetched.ts';
import { resolveFilings } from './resolve-filings.ts';
import { storeArrival } from './store-arrival.ts';

/** An arrival that is filed but for what a batch writes together. */
export interface FiledArrival {
  readonly outcome: LedgerEntry['outcome'];
  /** To be put if absent once `logEntries` are durable. */
  readonly ledger: readonly Item[];
  readonly logEntries: readonly LogEntry[];
  /** What has to be indexed, and for which mailboxes; absent where nothing became visible. */
  readonly indexed?: ChangedMessage;
  /** By what the retention job finds the message; safe to put again. */
  readonly candidates?: readonly Item[];
  /** Present where its original has signatures. */
  readonly signed?: SignedArrival;
}

/**
 * Files one arrival: steps 2 to 6 of the order of writes in docs/architecture.md. Any failure is
 * answered by calling it again with the same arrival. Throws `PurgingError` while that cannot be decided,
 * and `ConflictError` where nobody would see the message: people see mail through filings only.
 */
export async function fileArrival(context: FilingContext, read: ReadArrival): Promise<FiledArrival> {
  const { ports, directory } = context;
  for (;;) {
    const generation = await findGeneration(ports, read.original.fingerprint, read.arrivalId);
    if (generation.kind === 'purged') return withoutFilings(read, generation);
    const { fetched } = read.facts.source;
    // What retention or an erasure removed still lies at the source, and is not fetched again for that.
    if (fetched && generation.isReturning && !generation.record) return excluded(read, 'purged');
    const endpoints = fetched ? [] : await liveEndpoints(context, read);
    const filings = fetched
      ? await resolveFetched(context, read.facts, fetched, read.original, read.report)
      : await resolveFilings(context, read.facts, endpoints, read.original, read.report);
    if (filings.length === 0 && fetched) return excluded(read, 'unknown-address');
    if (filings.length === 0) throw new ConflictError('no archive mailbox would show this message; create one first');
    const retention = await recordedFacts(directory, read.facts, read.original, read.report, endpoints, filings);
    const { archiveId, record } = generation;
    const locking = context.locks && { ports, directory, ...context.locks };
    const lock = locking && (await lockOfArrival(locking, archiveId, record, read, filings, retention));
    if (fetched && !generation.record && context.policies) {
      const isPast = await isPastRetention(ports, context.policies, read, retention, filings);
      if (isPast) return excluded(read, 'past-retention');
    }
    const stored = await storeArrival(ports, archiveId, record, read, filings, retention, lock);
    const applied = stored && (await applyArrival(ports, directory, stored));
    if (!applied) continue;
    if (applied.outcome !== 'archived') await followRestriction(ports, archiveId);
    if (lock) await lockFiled(locking, stored, applied, lock);
    return filed(read, stored, applied);
  }
}

async function liveEndpoints({ directory }: FilingContext, { facts }: ReadArrival) {
  const { endpointIds, formerEndpointIds = [] } = facts.source;
  const live = endpointIds.filter((endpointId) => !formerEndpointIds.includes(endpointId));
  const endpoints = await Promise.all(live.map((endpointId) => directory.endpoint(endpointId)));
  return endpoints.filter((endpoint) => endpoint !== undefined);
}

function filed(read: ReadArrival, stored: StoredArrival, applied: Applied): FiledArrival {
  const { archiveId } = stored;
  const ledger = ledgerOf(read, archiveId, applied.outcome, stored.header.filedAt);
  return {
    outcome: applied.outcome,
    ledger,
    logEntries: [...ledger, ...applied.untold].map((item) => ({ table: 'messages', item })),
    indexed: {
      archiveId,
      archivedAt: applied.archivedAt,
      mailboxIds: stored.header.filings.map(({ mailboxId }) => mailboxId),
    },
    candidates: candidateItems(archiveId, applied),
    ...(read.original.isSigned ? { signed: signedOf(read, archiveId) } : {}),
  };
}

function signedOf({ arrivalId, facts, original }: ReadArrival, archiveId: string): SignedArrival {
  const { contentHash, sizeBytes } = original;
  return { archiveId, arrivalId, contentHash, sizeBytes, receivedAt: facts.receivedAt };
}

function withoutFilings(
  read: ReadArrival,
  { archiveId, outcome }: { readonly archiveId: string; readonly outcome: LedgerEntry['outcome'] },
): FiledArrival {
  const ledger = ledgerOf(read, archiveId, outcome);
  return { outcome, ledger, logEntries: ledger.map((item) => ({ table: 'messages', item })) };
}

/** Nothing is kept of it but that it was there: the source still has it. */
function excluded(read: ReadArrival, reason: string): FiledArrival {
  const { contentHash, sizeBytes } = read.original;
  const ledger = ledgerItems(read.arrivalId, read.facts, { outcome: 'excluded', reason, contentHash, sizeBytes });
  return { outcome: 'excluded', ledger, logEntries: ledger.map((item) => ({ table: 'messages', item })) };
}

function ledgerOf(
  read: ReadArrival,
  archiveId: string,
  outcome: LedgerEntry['outcome'],
  filedAt?: string,
): readonly Item[] {
  const { contentHash, sizeBytes } = read.original;
  const whole = read.arrivalHash === contentHash ? {} : { arrivalHash: read.arrivalHash };
  const { messageId } = read.original;
  const fetched = read.facts.source.fetched && {
    ...(messageId === undefined ? {} : { messageIdHash: nameHash(messageId.trim()) }),
    ...(filedAt === undefined ? {} : { filedAt }),
  };
  return ledgerItems(read.arrivalId, read.facts, { outcome, archiveId, contentHash, ...whole, ...fetched, sizeBytes });
}
