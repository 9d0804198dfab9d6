import { coveredFilings } from '../../../domain/auditor.ts';
import type { Caller } from '../../../domain/session.ts';
import { NotFoundError } from '../../../errors.ts';
import type { FoundMessage } from '../../../search/matching/results.ts';
import type { KnownFiling } from '../../reading/read-message.ts';
import type { SearchableMailbox, SearchScope } from './search-scope.ts';

/** The filings of a live message, as `filingsOf` reads them. */
export type FilingsOf = (archiveId: string) => Promise<readonly KnownFiling[]>;

/** How many messages are looked up at once. */
const LOOKS_AT_ONCE = 50;

/**
 * The found messages as they may be shown now, by the tables: the index learns seconds late what was moved, removed,
 * purged, restricted or marked private. What is no longer there is left out, what lies elsewhere is shown there. Of
 * what is marked private a reader without a grant sees the summary, and nothing at all of what only its text can have
 * matched.
 */
export async function shownMessages(
  filingsOf: FilingsOf,
  scope: SearchScope,
  { auditor }: Pick<Caller, 'auditor'>,
  found: readonly FoundMessage[],
): Promise<readonly FoundMessage[]> {
  const mailboxes = new Map(scope.mailboxes.map((one) => [one.mailbox.mailboxId, one]));
  const shown: FoundMessage[] = [];
  for (let start = 0; start < found.length; start += LOOKS_AT_ONCE) {
    const some = found.slice(start, start + LOOKS_AT_ONCE);
    const filings = await Promise.all(some.map(({ archiveId }) => knownFilings(filingsOf, archiveId)));
    for (const [index, message] of some.entries()) {
      const mailbox = mailboxes.get(message.mailboxId);
      const known = filings[index] ?? [];
      if (!scope.seesRestricted && known.some(({ isRestricted }) => isRestricted)) continue;
      const lying = known.filter(({ mailboxId, isRemoved }) => mailboxId === message.mailboxId && !isRemoved);
      const readable = auditor ? coveredFilings(auditor.scope, lying) : lying;
      const one =
        mailbox &&
        shownMessage(
          scope,
          mailbox,
          message,
          readable,
          known.some(({ isPrivate }) => isPrivate),
        );
      if (one) shown.push(one);
    }
  }
  return shown;
}

function shownMessage(
  { hidesSubjects }: SearchScope,
  { reach, isWithoutGrant }: SearchableMailbox,
  message: FoundMessage,
  filings: readonly KnownFiling[],
  isPrivate: boolean,
): FoundMessage | undefined {
  const [first] = filings;
  if (!first) return undefined;
  const folder = filings.some((filing) => filing.folder === message.folder) ? message.folder : first.folder;
  const isSummaryOnly = reach === 'headers' || (isPrivate && isWithoutGrant);
  if (!isSummaryOnly) return { ...message, folder };
  // The index did not know of the mark yet.
  if (message.snippet !== '') return undefined;
  return hidesSubjects ? { ...message, folder, subject: '' } : { ...message, folder };
}

async function knownFilings(filingsOf: FilingsOf, archiveId: string): Promise<readonly KnownFiling[]> {
  try {
    return await filingsOf(archiveId);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
