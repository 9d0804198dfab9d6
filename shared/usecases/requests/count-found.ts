import type { RequestFindings } from '../../domain/requests/data-request.ts';
import type { RequestBlock, RequestedMessage } from '../../domain/requests/requested-message.ts';
import { ConflictError, NotFoundError } from '../../errors.ts';
import type { Item } from '../../ports/tables.ts';
import { plusCounts } from '../jobs/plus-counts.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import { type AssessingJudge, assessMessage } from './decide-item.ts';
import { changeRequested, requestedItem } from './requested-messages.ts';

/** What a request found, by what keeps it, and what is there no more; messages, but for `bytes`. */
export type FoundCounts = Omit<RequestFindings, 'foundAt' | 'messages' | 'quarantined'> & { readonly gone: number };

export const NOTHING_COUNTED: FoundCounts = {
  bytes: 0,
  free: 0,
  legalHold: 0,
  underRetention: 0,
  objectLocked: 0,
  undecided: 0,
  gone: 0,
};

const COUNTED_AS = {
  legal_hold: 'legalHold',
  under_retention: 'underRetention',
  object_locked: 'objectLocked',
  undecided: 'undecided',
} as const satisfies { readonly [Reason in RequestBlock['reason']]: keyof FoundCounts };

/** Messages that are decided on at once. */
const AT_ONCE = 8;

/**
 * Adds messages of a request to `before`, each decided on now where it was not after `began` (ISO 8601, UTC). What is
 * gone is said to be. Throws `StorageError`, and `ConflictError` beside many other changes.
 */
export async function countFound(
  judge: AssessingJudge,
  items: readonly Item<RequestedMessage>[],
  began: string,
  before: FoundCounts,
): Promise<FoundCounts> {
  const counted: RequestedMessage[] = [];
  await eachAtOnce(items, AT_ONCE, async (item) => {
    counted.push(item.data.decidedAt > began ? item.data : await decidedNow(judge, item));
  });
  return counted.map(countsOf).reduce(plusCounts, before);
}

async function decidedNow(judge: AssessingJudge, item: Item<RequestedMessage>): Promise<RequestedMessage> {
  const { archiveId } = item.data;
  const { block, ...known } = await decisionOn(judge, archiveId);
  const decidedAt = judge.ports.clock.now().toISOString();
  try {
    return (await changeRequested(judge.ports, item, { ...known, block, decidedAt })).data;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Another run of the same job was quicker.
    return (await requestedItem(judge.ports, item.pk.slice(item.pk.indexOf('#') + 1), archiveId)).data;
  }
}

/** `gone` for good: its id is never given again. */
async function decisionOn(
  judge: AssessingJudge,
  archiveId: string,
): Promise<{ readonly block?: RequestBlock; readonly state?: 'gone'; readonly sizeBytes?: number }> {
  try {
    const { record, block } = await assessMessage(judge, archiveId);
    return { sizeBytes: record.first.sizeBytes, ...(block ? { block } : {}) };
  } catch (error) {
    if (error instanceof NotFoundError) return { state: 'gone' };
    throw error;
  }
}

function countsOf({ state, block, sizeBytes }: RequestedMessage): FoundCounts {
  if (state === 'gone') return { ...NOTHING_COUNTED, gone: 1 };
  return { ...NOTHING_COUNTED, bytes: sizeBytes, [block ? COUNTED_AS[block.reason] : 'free']: 1 };
}
