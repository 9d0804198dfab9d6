import type { FilingMover } from '../../domain/message.ts';
import { ArchiveError } from '../../errors.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import type { FilingPorts } from './mailbox-filings.ts';
import { type FilingReference, type MoveOutcome, MoveRun, type WantedMove } from './move-run.ts';

/** What came of one of several moves: `error` is `NotFoundError`, `PurgingError` or `ConflictError`. */
export type MoveResult = { readonly outcome: MoveOutcome } | { readonly error: ArchiveError };

/** Moves of different messages at the same time: so many that tables commit them together (twice as fast as 32). */
const MOVES_AT_ONCE = 128;

/**
 * Moves a filing to another folder of its mailbox. Where the message lies there already, the filings become one: that
 * is no removal, so retention and holds do not stand against it, and a merged filing may be moved out again. What
 * somebody removed stays removed. Safe to repeat, and to be repeated where it failed: the index is told last.
 *
 * Throws `NotFoundError` where the message or filing is not there (any more), `PurgingError` while a purge is
 * undecided (later, then), `ConflictError` where others change the filing all the time, `StorageError`.
 */
export async function moveFiling(
  ports: FilingPorts,
  { archiveId, mailboxId, originFolder }: FilingReference,
  folder: string,
  by: FilingMover,
): Promise<MoveOutcome> {
  const [result] = await moveFilings(ports, [{ archiveId, mailboxId, originFolder, folder }], by);
  if (!result) throw new TypeError('a move without a result');
  if ('error' in result) throw result.error;
  return result.outcome;
}

/**
 * As `moveFiling`, many at once: one index mark for all of a unit. Results stand in the order of `moves`; one that
 * cannot be made keeps none of the others back. Throws `StorageError`; all are to be repeated then, those too that
 * turn out to be `there`.
 */
export async function moveFilings(
  ports: FilingPorts,
  moves: readonly WantedMove[],
  by: FilingMover,
): Promise<readonly MoveResult[]> {
  const run = new MoveRun(ports, by);
  const results = new Map<WantedMove, MoveResult>();
  const byMessage = [...Map.groupBy(moves, ({ archiveId }) => archiveId).values()];
  try {
    await eachAtOnce(byMessage, MOVES_AT_ONCE, async (ofOne) => {
      for (const move of ofOne) results.set(move, await resultOf(() => run.move(move)));
    });
  } finally {
    await run.markMoved();
  }
  return moves.map((move) => results.get(move)).filter((result) => result !== undefined);
}

async function resultOf(move: () => Promise<MoveOutcome>): Promise<MoveResult> {
  try {
    return { outcome: await move() };
  } catch (error) {
    if (error instanceof ArchiveError && ABOUT_ONE.includes(error.code)) return { error };
    throw error;
  }
}

const ABOUT_ONE: readonly string[] = ['not_found', 'purging', 'conflict'];
