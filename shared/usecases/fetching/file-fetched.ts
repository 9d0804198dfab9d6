import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { ArchiveError } from '../../errors.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { fileBatch } from '../filing/file-batch.ts';
import type { ArrivalNudge } from '../filing/intake-object.ts';
import { settleDeadLetter } from '../filing/settle-dead-letter.ts';
import { showOnce } from '../filings/show-once.ts';
import { typed } from '../item-data.ts';
import type { FetchRun } from './fetch-run.ts';

/** A fetched message that lies in intake. */
export interface TakenIn {
  readonly nudge: ArrivalNudge;
  /** Where the ledger will say what became of it. */
  readonly ledgerKey: ItemKey;
  /** An earlier attempt took it in and did not come to file it. */
  readonly wasThere: boolean;
  /** What the source tells all its copies by. */
  readonly emailId?: string;
}

/** How often one message is tried before it counts as what stopped its attempts. */
const ATTEMPTS = 3;
/** How long attempts are remembered. */
const REMEMBER_SECONDS = 7 * 24 * 60 * 60;

/**
 * Files what was taken in and answers what the ledger says of each; `undefined` for what could not be filed now and
 * stays in intake, where the sweep finds it. What cannot be filed for a reason in itself goes to quarantine.
 */
export async function fileFetched(
  { filing, budget }: Pick<FetchRun, 'filing' | 'budget'>,
  taken: readonly TakenIn[],
): Promise<readonly (LedgerEntry | undefined)[]> {
  const { tables } = filing.ports;
  // What was there already may be what the process died of: it goes alone.
  const together = taken.filter(({ wasThere }) => !wasThere);
  const unfiled = await fileBatch(
    filing,
    budget,
    together.map(({ nudge }) => nudge),
  );
  const again = unfiled.map(({ nudge }) => nudge);
  for (const { nudge } of taken.filter(({ wasThere }) => wasThere)) again.push(nudge);
  for (const nudge of again) await fileAlone({ filing, budget }, nudge);
  const entries = await Promise.all(
    taken.map(async ({ ledgerKey }) => {
      const item = await tables.get('messages', ledgerKey);
      return item && typed<LedgerEntry>(item).data;
    }),
  );
  await mergeCopies(filing.ports, entries);
  return entries;
}

/** What was there already may have been moved to where its copy was filed now. */
async function mergeCopies(
  ports: FetchRun['filing']['ports'],
  entries: readonly (LedgerEntry | undefined)[],
): Promise<void> {
  for (const [profileId, ofProfile] of Map.groupBy(entries, (entry) => entry?.source.fetched?.profileId)) {
    const copies = ofProfile.flatMap((entry) => {
      const target = entry?.source.fetched?.target;
      if (!entry?.archiveId || entry.outcome === 'archived' || !target || !('mailboxId' in target)) return [];
      return [{ archiveId: entry.archiveId, mailboxId: target.mailboxId, folder: target.folder }];
    });
    if (profileId !== undefined) await showOnce(ports, copies, { kind: 'sync', profileId });
  }
}

async function fileAlone({ filing, budget }: Pick<FetchRun, 'filing' | 'budget'>, nudge: ArrivalNudge): Promise<void> {
  const attempt = await countAttempt({ filing }, nudge);
  try {
    // One that has killed its process often enough is not read again.
    await settleDeadLetter(filing, budget, nudge, { hasKilled: attempt > ATTEMPTS });
  } catch (error) {
    if (!(error instanceof ArchiveError && error.retryable)) throw error;
    filing.ports.logs.warn('fetched message not filed', { intakeKey: nudge.intakeKey, code: error.code });
    // What fails for a reason outside of it has killed nobody.
    await keepAttempts({ filing }, nudge, attempt - 1);
  }
}

/** Counted before it is made: what kills its process is counted too. */
async function countAttempt(run: Pick<FetchRun, 'filing'>, nudge: ArrivalNudge): Promise<number> {
  const item = await run.filing.ports.tables.get('activity', attemptKey(nudge));
  const attempt = (item ? typed<{ readonly attempt: number }>(item).data.attempt : 0) + 1;
  await keepAttempts(run, nudge, attempt);
  return attempt;
}

async function keepAttempts(
  { filing: { ports } }: Pick<FetchRun, 'filing'>,
  nudge: ArrivalNudge,
  attempt: number,
): Promise<void> {
  const expiresAt = Math.ceil(ports.clock.now().getTime() / 1000) + REMEMBER_SECONDS;
  await ports.tables.put('activity', { ...attemptKey(nudge), version: 1, expiresAt, data: { attempt } });
}

function attemptKey({ intakeKey }: ArrivalNudge) {
  return { pk: `fetch-attempt#${intakeKey}`, sk: '-' };
}
