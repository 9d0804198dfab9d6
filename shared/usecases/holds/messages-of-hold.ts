import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import { ArchiveError } from '../../errors.ts';
import type { FoundMessage, SortPosition } from '../../search/matching/results.ts';
import type { ListPage, PageRequest } from '../configuration/configuration-page.ts';
import { planScope, type ScopeSearch } from '../scopes/find-in-scope.ts';
import { fanOut, nameOf } from '../search/find/fan-out.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import { foundCoverageOf, knownMessage } from './holds-on-message.ts';
import type { HoldContext } from './lone-documents.ts';

/** What a hold covers, as lists show it. */
export type HeldMessage = Omit<FoundMessage, 'snippet'>;

/** How often a page is filled up where messages were found that are not shown. */
const MAX_ROUNDS = 10;
/** How long one round may take. */
const ROUND_MS = 10_000;
const LOOKS_AT_ONCE = 8;

/**
 * What a hold covers, newest first: the search finds it, the message itself decides. A message that lies in several mailboxes
 * stands once, in the first of those, by id, for the sake of which it is held. A page may be short and have a cursor.
 */
export async function messagesOfHold(
  context: HoldContext & ScopeSearch,
  hold: LegalHold,
  { limit, cursor }: PageRequest,
): Promise<ListPage<HeldMessage>> {
  const { query, units } = await planScope(context, hold);
  const items: HeldMessage[] = [];
  let after = cursor === undefined ? undefined : positionIn(cursor);
  let hasMore = true;
  for (let round = 0; round < MAX_ROUNDS && hasMore && items.length < limit; round += 1) {
    const endsAt = performance.now() + ROUND_MS;
    const parts = { workers: context.workers, logs: context.ports.logs, timeLeft: () => endsAt - performance.now() };
    const question = { query, sort: 'newest', limit: limit - items.length, facets: false } as const;
    const found = await fanOut(parts, units, { ...question, ...(after ? { after } : {}) });
    const messages = new Map(found.messages.map((message) => [nameOf(message), message]));
    const shown: (HeldMessage | undefined)[] = [];
    await eachAtOnce(found.result.items, LOOKS_AT_ONCE, async (hit, index) => {
      const message = messages.get(nameOf(hit));
      if (message && (await standsThere(context, hold, hit))) shown[index] = withoutSnippet(message);
    });
    items.push(...shown.filter((message) => message !== undefined));
    after = found.result.items.at(-1)?.position ?? after;
    hasMore = found.result.hasMore;
  }
  return hasMore && after ? { items, cursor: JSON.stringify(after) } : { items };
}

async function standsThere(
  context: HoldContext,
  hold: LegalHold,
  { archiveId, mailboxId }: { readonly archiveId: string; readonly mailboxId: string },
): Promise<boolean> {
  const message = await knownMessage(context.ports, archiveId);
  if (!message) return false;
  try {
    const covering = await foundCoverageOf(context, hold, archiveId, message);
    if (covering?.isUndecided) return true;
    return covering?.mailboxIds[0] === mailboxId;
  } catch (error) {
    // Its text cannot be had now: then the index is believed.
    if (error instanceof ArchiveError && error.retryable) return true;
    throw error;
  }
}

function withoutSnippet({ snippet: _snippet, ...message }: FoundMessage): HeldMessage {
  return message;
}

/** Cursors come back as they were given: the API seals them. */
function positionIn(cursor: string): SortPosition {
  return JSON.parse(cursor);
}
