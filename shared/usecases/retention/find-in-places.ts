import type { Filing } from '../../domain/message.ts';
import type { QueryFinding } from '../../domain/retention/match-policy.ts';
import { type HoldContext, LoneDocuments } from '../holds/lone-documents.ts';
import { scopeQuery } from '../scopes/scope-query.ts';
import type { RetainedMessage } from './facts-of-message.ts';

/**
 * Where a search of the query language finds a message, judged on the message itself: by what it would find in an index with
 * nothing but this message in it. `undefined` where that cannot be said. Throws `StorageError`.
 */
export async function findInPlaces(
  context: HoldContext,
  archiveId: string,
  message: RetainedMessage,
  query: string,
): Promise<QueryFinding | undefined> {
  // Queries of policies are about no time that moves, so the one that they are settled at does not matter.
  const wanted = scopeQuery({ scope: { query }, createdAt: new Date(0).toISOString() });
  const documents = new LoneDocuments(context, archiveId, message);
  const found = { somewhere: false, notEverywhere: false, unknown: false };
  for (const { mailboxId, filings, isPersonal } of mailboxesOf(message)) {
    // Journals' are nobody's: they say whether it is found at all, and nothing against what others' say.
    if (!isPersonal && found.somewhere) break;
    for (const looked of waysToLook(filings, isPersonal)) {
      const isFound = await documents.matches(mailboxId, looked, wanted);
      if (isFound === undefined) found.unknown = true;
      else if (isFound) found.somewhere = true;
      else if (isPersonal) found.notEverywhere = true;
      // Whatever the others say: a message may lie in thousands of mailboxes.
      if (found.somewhere && found.notEverywhere) return 'somewhere';
    }
  }
  if (found.unknown) return undefined;
  if (!found.somewhere) return 'nowhere';
  return found.notEverywhere ? 'somewhere' : 'everywhere';
}

/** Those that it lies in, somebody's own first. */
function mailboxesOf({ filings, facts }: RetainedMessage) {
  const journals = new Set(facts.places.filter(({ isJournal }) => isJournal).map(({ mailboxId }) => mailboxId));
  const lying = filings.filter(({ removedAt }) => removedAt === undefined);
  return [...Map.groupBy(lying, ({ mailboxId }) => mailboxId)]
    .map(([mailboxId, own]) => ({ mailboxId, filings: own, isPersonal: !journals.has(mailboxId) }))
    .toSorted((a, b) => Number(b.isPersonal) - Number(a.isPersonal) || (a.mailboxId < b.mailboxId ? -1 : 1));
}

/** As the mailbox shows it; where it lies in several folders of somebody's, also as if it lay in each of them alone. */
function waysToLook(filings: readonly Filing[], isPersonal: boolean): readonly (readonly Filing[])[] {
  return isPersonal && filings.length > 1 ? [filings, ...filings.map((filing) => [filing])] : [filings];
}
