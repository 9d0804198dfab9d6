import { domainOf } from '../../domain/address.ts';
import { addresseesOf } from '../../domain/addressees.ts';
import { archiveFolder, SENT } from '../../domain/archive-folder.ts';
import type { ArrivalFacts, FilingBasis, ResolvedFiling } from '../../domain/arrival.ts';
import type { FetchedFrom, FetchTarget } from '../../domain/fetched-from.ts';
import type { JournalReport } from '../../domain/journal-report.ts';
import type { OriginalFacts } from '../../domain/original.ts';
import { nameHash } from './fetched-place.ts';
import type { FilingContext } from './filing-context.ts';

type Multidrop = Exclude<FetchTarget, { readonly mailboxId: string }>;

/** Stops mail that names ten thousand recipients from being looked up all at once. */
const LOOKUPS_AT_ONCE = 50;

/**
 * Where a fetched message belongs: the folder that its profile names, or, from a multidrop mailbox, the mailboxes of
 * its sender and recipients by the best evidence in it. None where nobody owns any of its addresses.
 */
export async function resolveFetched(
  context: Pick<FilingContext, 'directory' | 'journalDomain'>,
  { receivedAt, envelope }: ArrivalFacts,
  { target }: FetchedFrom,
  original: OriginalFacts,
  report: JournalReport | undefined,
): Promise<readonly ResolvedFiling[]> {
  if ('mailboxId' in target) return [{ mailboxId: target.mailboxId, folder: target.folder, basis: 'folder' }];
  const { basis, senders, recipients } = addresseesOf(original, envelope, report, {
    isEndpointAddress: (address) => domainOf(address) === context.journalDomain,
    trustedHosts: target.trustedHosts,
  });
  const at = new Date(receivedAt);
  const sent = await filingsOf(context, senders, at, basis, { ...target, folder: SENT, unknownAddresses: 'exclude' });
  const received = await filingsOf(context, recipients, at, basis, target);
  return once([...sent, ...received]);
}

async function filingsOf(
  context: Pick<FilingContext, 'directory'>,
  addresses: readonly string[],
  at: Date,
  basis: FilingBasis,
  rule: Multidrop,
): Promise<readonly ResolvedFiling[]> {
  const filings: ResolvedFiling[] = [];
  for (let start = 0; start < addresses.length; start += LOOKUPS_AT_ONCE) {
    const some = addresses.slice(start, start + LOOKUPS_AT_ONCE);
    const found = await Promise.all(some.map((address) => filingsOfOne(context, address, at, basis, rule)));
    filings.push(...found.flat());
  }
  return filings;
}

async function filingsOfOne(
  { directory }: Pick<FilingContext, 'directory'>,
  address: string,
  at: Date,
  basis: FilingBasis,
  { unknownAddresses, folder }: Multidrop,
): Promise<readonly ResolvedFiling[]> {
  const known = await directory.owners(address, at, { orNext: true });
  const owners = known.length > 0 ? known : await ownersOfUnknown(directory, address, unknownAddresses);
  return await Promise.all(
    owners.map(async (mailboxId) => {
      const primary = (await directory.mailbox(mailboxId))?.primaryAddress ?? address;
      const named = folder.replaceAll('{u-email}', primary).replaceAll('{h-email}', address);
      return { mailboxId, folder: archiveFolder({ path: named.split('/') }, { hash: nameHash }), basis };
    }),
  );
}

async function ownersOfUnknown(
  directory: Pick<FilingContext['directory'], 'createFor'>,
  address: string,
  rule: Multidrop['unknownAddresses'],
): Promise<readonly string[]> {
  if (rule === 'exclude') return [];
  if (typeof rule === 'object') return [rule.mailboxId];
  const created = await directory.createFor(address);
  return created === undefined ? [] : [created];
}

function once(filings: readonly ResolvedFiling[]): readonly ResolvedFiling[] {
  const byPlace = new Map(filings.toReversed().map((filing) => [`${filing.mailboxId}#${filing.folder}`, filing]));
  return [...byPlace.values()].toReversed();
}
