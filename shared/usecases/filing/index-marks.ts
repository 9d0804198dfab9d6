import { messagesByUnit } from '../search/index/mark-messages.ts';
import type { UnitMessages } from '../search/index/marks.ts';
import type { FiledArrival } from './file-arrival.ts';
import type { FilingContext } from './filing-context.ts';

/** Which messages of a batch wait to be indexed, by indexing unit. */
export async function unitsToIndex(
  { directory }: Pick<FilingContext, 'directory'>,
  filed: readonly FiledArrival[],
): Promise<readonly UnitMessages[]> {
  const messages = filed.map(({ indexed }) => indexed).filter((indexed) => indexed !== undefined);
  return await messagesByUnit((mailboxId) => directory.mailbox(mailboxId), messages);
}
