import { domainOf, normaliseAddress } from '../../domain/address.ts';
import { addresseesOf } from '../../domain/addressees.ts';
import type { ArrivalFacts, ResolvedFiling } from '../../domain/arrival.ts';
import type { Direction } from '../../domain/direction.ts';
import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import type { JournalReport } from '../../domain/journal-report.ts';
import type { OriginalFacts } from '../../domain/original.ts';
import {
  keptAddresses,
  MAX_RECORDED_ADDRESSES,
  type ReceiptTimes,
  type RecordedRetention,
} from '../../domain/retention/recorded-retention.ts';
import { summaryOf } from '../../domain/summary.ts';
import { readDateField } from '../../mail/date-field.ts';
import type { FilingDirectory } from '../filing-directory.ts';

/** An endpoint that an arrival came by. */
export type ArrivalEndpoint = Pick<JournalEndpoint, 'endpointId' | 'mailboxId' | 'trustedHosts'>;

/** What the facts of an arrival are found with. */
export type RecordingDirectory = Pick<FilingDirectory, 'isOwnDomain' | 'journalDomain'>;

/**
 * What the record keeps of an arrival for retention. Senders and recipients are those of the evidence that decided whose mail it
 * is, and those of From, Sender, To and Cc. `endpoints` are
 * those that took it, `filings` what it is filed by. Where `direction` is given, it was found when the arrival was filed.
 */
export async function recordedFacts(
  directory: RecordingDirectory,
  arrival: ArrivalFacts & { readonly direction?: Direction },
  original: OriginalFacts,
  report: JournalReport | undefined,
  endpoints: readonly ArrivalEndpoint[],
  filings: readonly Pick<ResolvedFiling, 'mailboxId'>[],
): Promise<RecordedRetention> {
  const { source, envelope, receivedAt } = arrival;
  const evidence = addresseesOf(original, envelope, report, {
    isEndpointAddress: (address) => domainOf(address) === directory.journalDomain,
    trustedHosts: trustedHostsOf(source, endpoints),
  });
  const shown = summaryOf(original, receivedAt);
  const senders = withoutShown([...evidence.senders, ...addressesIn(original.from, original.sender)], [shown.from]);
  const recipients = withoutShown([...evidence.recipients, ...addressesIn(original.to, original.cc)], shown.to);
  const filedIn = new Set(filings.map(({ mailboxId }) => mailboxId));
  const known = new Set(
    endpoints.filter(({ mailboxId }) => filedIn.has(mailboxId)).map(({ endpointId }) => endpointId),
  );
  const direction = arrival.direction ?? (await directionOf(directory, evidence.senders, evidence.recipients));
  return {
    sources: [source.kind],
    endpoints: source.endpointIds.filter((endpointId) => !known.has(endpointId)),
    ...(senders.kept.length > 0 ? { senders: senders.kept } : {}),
    ...(recipients.kept.length > 0 ? { recipients: recipients.kept } : {}),
    ...(senders.isTruncated || recipients.isTruncated ? { isTruncated: true } : {}),
    ...(direction === undefined ? {} : { direction }),
    received: receiptTimesOf(arrival, original),
  };
}

function trustedHostsOf({ fetched }: ArrivalFacts['source'], endpoints: readonly ArrivalEndpoint[]): readonly string[] {
  if (fetched) return 'trustedHosts' in fetched.target ? fetched.target.trustedHosts : [];
  return endpoints.flatMap(({ trustedHosts }) => trustedHosts);
}

function addressesIn(...fields: readonly OriginalFacts['from'][]): readonly string[] {
  return fields.flat().map(({ address }) => normaliseAddress(address));
}

function withoutShown(addresses: readonly string[], shown: OriginalFacts['from']) {
  const named = new Set(['', ...shown.map(({ address }) => normaliseAddress(address))]);
  return keptAddresses(addresses.filter((address) => !named.has(address)));
}

/** A source's own host wrote the topmost Received field; the Date field is its sender's word, and never counts. */
function receiptTimesOf({ receivedAt, source }: ArrivalFacts, { trace }: OriginalFacts): ReceiptTimes {
  if (source.kind === 'journal') return { journal: receivedAt };
  if (source.fetched?.internalDate !== undefined) return { internalDate: source.fetched.internalDate };
  const received = trace.find(({ name }) => name === 'received')?.value;
  const date = received === undefined ? undefined : readDateField(received.slice(received.lastIndexOf(';') + 1));
  return date === undefined ? {} : { trace: date.toISOString() };
}

/**
 * Which way mail went: known where a sender, or all recipients, are at own domains or not; `undefined` where no domain says it.
 * Of very many recipients only the first are looked at; then one elsewhere may be missed, and nothing is said.
 */
async function directionOf(
  { isOwnDomain }: Pick<FilingDirectory, 'isOwnDomain'>,
  senders: readonly string[],
  recipients: readonly string[],
): Promise<Direction | undefined> {
  const [ours, theirs] = await Promise.all([
    ownership(isOwnDomain, domainsOf(senders)),
    ownership(isOwnDomain, domainsOf(recipients)),
  ]);
  if (!ours.some) return theirs.some ? 'incoming' : undefined;
  if (theirs.others) return 'outgoing';
  return theirs.some && theirs.isWhole ? 'internal' : undefined;
}

function domainsOf(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses.map(domainOf))];
}

/** Whether some of these domains are own ones, others are not, and all of them were looked at. */
async function ownership(isOwnDomain: FilingDirectory['isOwnDomain'], domains: readonly string[]) {
  const looked = domains.slice(0, MAX_RECORDED_ADDRESSES);
  const own = await Promise.all(looked.map((domain) => isOwnDomain(domain)));
  return { some: own.includes(true), others: own.includes(false), isWhole: looked.length === domains.length };
}
