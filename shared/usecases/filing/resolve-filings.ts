import { domainOf } from '../../domain/address.ts';
import { addresseesOf } from '../../domain/addressees.ts';
import { INBOX, SENT } from '../../domain/archive-folder.ts';
import type { ArrivalFacts, ResolvedFiling } from '../../domain/arrival.ts';
import type { JournalEndpoint } from '../../domain/journal-endpoint.ts';
import type { JournalReport } from '../../domain/journal-report.ts';
import type { OriginalFacts } from '../../domain/original.ts';
import type { FilingContext } from './filing-context.ts';

/** How many addresses are looked up at once: a message may name ten thousand. */
const LOOKUPS_AT_ONCE = 50;

/**
 * Where an arrival belongs: the mailbox of each endpoint that took it, and the mailboxes of its sender
 * (`Sent`) and recipients (`Inbox`) by the best evidence there is. Each mailbox and folder once.
 */
export async function resolveFilings(
  context: Pick<FilingContext, 'directory' | 'journalDomain'>,
  arrival: ArrivalFacts,
  endpoints: readonly JournalEndpoint[],
  original: OriginalFacts,
  report: JournalReport | undefined,
): Promise<readonly ResolvedFiling[]> {
  const { basis, senders, recipients } = addresseesOf(original, arrival.envelope, report, {
    isEndpointAddress: (address) => domainOf(address) === context.journalDomain,
    trustedHosts: endpoints.flatMap((endpoint) => endpoint.trustedHosts),
  });
  const at = new Date(arrival.receivedAt);
  const own = endpoints.map(({ mailboxId }): ResolvedFiling => ({ mailboxId, folder: INBOX, basis: 'envelope' }));
  const sent = await ownersOf(context, endpoints, senders, at, false);
  const received = await ownersOf(context, endpoints, recipients, at, true);
  return once([
    ...own,
    ...sent.map((mailboxId): ResolvedFiling => ({ mailboxId, folder: SENT, basis })),
    ...received.map((mailboxId): ResolvedFiling => ({ mailboxId, folder: INBOX, basis })),
  ]);
}

async function ownersOf(
  context: Pick<FilingContext, 'directory'>,
  endpoints: readonly JournalEndpoint[],
  addresses: readonly string[],
  at: Date,
  catchAll: boolean,
): Promise<readonly string[]> {
  const owners: string[] = [];
  for (let start = 0; start < addresses.length; start += LOOKUPS_AT_ONCE) {
    const some = addresses.slice(start, start + LOOKUPS_AT_ONCE);
    const found = await Promise.all(
      some.map(async (address) => {
        const known = await context.directory.owners(address, at);
        return known.length > 0 ? known : await ownersOfUnknown(context, endpoints, address, catchAll);
      }),
    );
    owners.push(...found.flat());
  }
  return owners;
}

/** Applies the endpoints' rules to an address that nobody owns. */
async function ownersOfUnknown(
  { directory }: Pick<FilingContext, 'directory'>,
  endpoints: readonly JournalEndpoint[],
  address: string,
  catchAll: boolean,
): Promise<readonly string[]> {
  const rules = endpoints.map((endpoint) => endpoint.unknownAddresses);
  if (rules.includes('create')) {
    const created = await directory.createFor(address);
    if (created !== undefined) return [created];
  }
  return catchAll ? rules.filter((rule) => typeof rule === 'object').map((rule) => rule.mailboxId) : [];
}

function once(filings: readonly ResolvedFiling[]): readonly ResolvedFiling[] {
  const byPlace = new Map(filings.toReversed().map((filing) => [`${filing.mailboxId}#${filing.folder}`, filing]));
  return [...byPlace.values()].toReversed();
}
