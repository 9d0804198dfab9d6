import { domainOf } from '../../domain/address.ts';
import { addresseesOf } from '../../domain/addressees.ts';
import { INBOX, SENT } from '../../domain/archive-folder.ts';
import type { ArrivalFacts, FilingBasis } from '../../domain/arrival.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { MessageRecord, MessageSummary } from '../../domain/message.ts';
import { summaryOf } from '../../domain/summary.ts';
import { DamagedError, UnreadableError } from '../../errors.ts';
import { rulesFor } from '../filing/file-batch.ts';
import type { FilingContext } from '../filing/filing-context.ts';
import { typed } from '../item-data.ts';
import { loadArrival } from '../load-arrival.ts';
import { ARRIVAL_PREFIX, messagePartition, recordKey } from '../message-keys.ts';

/** How many arrivals of a message are looked at: whoever sends again decides how many there are. */
const MAX_ARRIVALS = 20;
/** Stops mail that names ten thousand recipients from being looked up all at once. */
const LOOKUPS_AT_ONCE = 50;

/** That a message of the archive belongs into a mailbox by what its arrivals say, though it was not filed there. */
export interface LateFiling {
  readonly folder: string;
  readonly basis: FilingBasis;
  readonly arrival: { readonly arrivalId: string; readonly summary: MessageSummary };
}

/**
 * Why a message that is not filed in a mailbox belongs there: an arrival of it whose best evidence, as filing weighs it,
 * names an address that is the mailbox's at the time of receipt, or became it first. The mailbox, or the address, is
 * younger than the mail then. `undefined` where no arrival does; what was fetched from somebody's mailbox names nobody.
 */
export async function lateEvidence(
  context: Pick<FilingContext, 'ports' | 'directory' | 'journalDomain' | 'singleInstanceBytes'>,
  archiveId: string,
  mailboxId: string,
): Promise<LateFiling | undefined> {
  const { ports } = context;
  const item = await ports.tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  if (record?.state !== 'live') return undefined;
  const later = await ports.tables.query('messages', messagePartition(archiveId), {
    prefix: ARRIVAL_PREFIX,
    limit: MAX_ARRIVALS,
  });
  const arrivals = [record.first, ...later.items.map((entry) => typed<LedgerEntry>(entry).data)];
  /** Where the very same bytes are stored already, an arrival has no object of its own. */
  const bytesByHash = new Map<string, Uint8Array>();
  for (const arrival of arrivals) {
    const { arrivalId, contentHash, arrivalHash = contentHash } = arrival;
    const loaded = await loadedArrival(context, archiveId, arrivalId);
    if (loaded) bytesByHash.set(arrivalHash, loaded.arrival);
    const raw = bytesByHash.get(arrivalHash);
    const facts: ArrivalFacts | undefined = loaded?.header ?? ('source' in arrival ? arrival : undefined);
    const found = raw && facts && (await evidenceIn(context, mailboxId, { arrivalId, facts, raw }));
    if (found) return found;
  }
  return undefined;
}

async function loadedArrival({ ports }: Pick<FilingContext, 'ports'>, archiveId: string, arrivalId: string) {
  try {
    return await loadArrival(ports, archiveId, arrivalId);
  } catch (error) {
    // Whoever reads it is told; here it is no evidence.
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}

async function evidenceIn(
  context: Parameters<typeof lateEvidence>[0],
  mailboxId: string,
  { arrivalId, facts, raw }: { readonly arrivalId: string; readonly facts: ArrivalFacts; readonly raw: Uint8Array },
): Promise<LateFiling | undefined> {
  const { source, envelope, receivedAt } = facts;
  const target = source.fetched?.target;
  if (target && 'mailboxId' in target) return undefined;
  const reading = await readingOf(context, facts, raw);
  if (!reading) return undefined;
  const trustedHosts = target ? target.trustedHosts : await trustedHostsOf(context, source.endpointIds);
  const { basis, senders, recipients } = addresseesOf(reading.original, envelope, reading.report, {
    isEndpointAddress: (address) => domainOf(address) === context.journalDomain,
    trustedHosts,
  });
  const at = new Date(receivedAt);
  const folder = (await isOwned(context, mailboxId, senders, at))
    ? SENT
    : (await isOwned(context, mailboxId, recipients, at))
      ? INBOX
      : undefined;
  if (folder === undefined) return undefined;
  return { folder, basis, arrival: { arrivalId, summary: summaryOf(reading.original, receivedAt) } };
}

async function readingOf(context: Parameters<typeof lateEvidence>[0], facts: ArrivalFacts, raw: Uint8Array) {
  try {
    return await context.ports.reader.readArrival(raw, rulesFor(context, facts));
  } catch (error) {
    if (error instanceof UnreadableError) return undefined;
    throw error;
  }
}

async function trustedHostsOf(
  { directory }: Pick<FilingContext, 'directory'>,
  endpointIds: readonly string[],
): Promise<readonly string[]> {
  const endpoints = await Promise.all(endpointIds.map((endpointId) => directory.endpoint(endpointId)));
  return endpoints.flatMap((endpoint) => endpoint?.trustedHosts ?? []);
}

async function isOwned(
  { directory }: Pick<FilingContext, 'directory'>,
  mailboxId: string,
  addresses: readonly string[],
  at: Date,
): Promise<boolean> {
  for (let start = 0; start < addresses.length; start += LOOKUPS_AT_ONCE) {
    const some = addresses.slice(start, start + LOOKUPS_AT_ONCE);
    const owners = await Promise.all(some.map((address) => directory.owners(address, at, { orNext: true })));
    if (owners.flat().includes(mailboxId)) return true;
  }
  return false;
}
