import type { Filing } from '../../domain/message.ts';
import { namedPolicy } from '../../domain/retention/named-policy.ts';
import { ConflictError, ForbiddenError, LegalHoldError, NotFoundError, UnderRetentionError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { replaceLogged } from '../logged-item.ts';
import { FILING_PREFIX, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { touchDays } from '../retention/candidate-days.ts';
import { type DecidedMessage, decideMessage } from '../retention/decide-message.ts';
import type { DeletionJudge } from '../retention/deletion-judge.ts';
import { markMessages } from '../search/index/mark-messages.ts';
import type { DeletionSettings } from '../settings/deletion-settings.ts';
import { planPurges, queuePurges } from './purge-work.ts';

/** What removals work with. */
export interface RemovalDesk extends Omit<DeletionJudge, 'ports'> {
  readonly ports: Pick<Ports, 'tables' | 'archive' | 'log' | 'queue' | 'clock' | 'entropy' | 'logs'>;
  readonly settings: { get(): Promise<DeletionSettings> };
}

export interface Removal {
  readonly archiveId: string;
  readonly mailboxId: string;
  /** Where it lies now; left out, it goes from all folders of the mailbox. */
  readonly folder?: string;
  /** User name of whoever removes it. */
  readonly by: string;
}

/** How often the filings are read again where others change them at the same time. */
const MAX_ATTEMPTS = 5;

/** What is taken out of mailboxes. */
export interface FilingsRemoval extends Pick<Removal, 'archiveId' | 'folder' | 'by'> {
  readonly mailboxIds: readonly string[];
}

/**
 * Removes a message from a mailbox; who may is asked before. In other mailboxes it stays. Whether it goes altogether is
 * looked at soon. Safe to repeat until it answers. Throws `ForbiddenError` while deletion is switched off,
 * `NotFoundError` where it does not lie there, `LegalHoldError`, `UnderRetentionError`, and `ConflictError` beside many
 * other changes.
 */
export async function removeFiling(desk: RemovalDesk, { mailboxId, ...removal }: Removal): Promise<void> {
  const { ports } = desk;
  const { archiveId, by } = removal;
  if (!(await desk.settings.get()).allowed) throw new ForbiddenError('deletion is switched off');
  // Before the removal: whoever takes up what died finds what to decide.
  const plan = () => planPurges(ports, [archiveId], { kind: 'person', by });
  const removed = await removeFilings(desk, { ...removal, mailboxIds: [mailboxId] }, plan);
  if (removed === 'not_there') throw new NotFoundError(`message ${archiveId}`);
  await queuePurges(ports, [archiveId]);
}

/**
 * Takes a message out of mailboxes as far as holds and minimums let it go, and does not look whether it goes
 * altogether: `before` is called once it is decided, before anything is removed. `not_there` where it lies in none of
 * them (any more). Safe to repeat. Throws as `removeFiling`, but `NotFoundError` only where there is no such message
 * (any more).
 */
export async function removeFilings(
  desk: Omit<RemovalDesk, 'settings'>,
  removal: FilingsRemoval,
  before: () => Promise<void> = async () => undefined,
): Promise<'removed' | 'not_there'> {
  const { ports } = desk;
  const { archiveId } = removal;
  if ((await lyingThere(ports, removal)).length === 0) return 'not_there';
  const { record, filings } = await removable(desk, removal);
  await before();
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const item of await lyingThere(ports, removal)) await remove(ports, item, removal.by);
      break;
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
  const mailboxIds = [...new Set(filings.map(({ mailboxId }) => mailboxId))];
  await markMessages(ports, [{ archiveId, archivedAt: record.archivedAt, mailboxIds }]);
  // Another policy may be the one that counts now.
  await touchDays(ports, [{ ...record, archiveId }]);
  return 'removed';
}

async function removable(desk: Omit<RemovalDesk, 'settings'>, { archiveId }: FilingsRemoval): Promise<DecidedMessage> {
  const { ports, policies } = desk;
  const { policies: all, prepared } = await policies.now();
  const message = await decideMessage(desk, archiveId, prepared, ports.clock.now());
  if (message.record.state !== 'live') throw new NotFoundError(`message ${archiveId}`);
  const holds = await desk.holdsOn(archiveId, message);
  if (holds.length > 0) throw new LegalHoldError(archiveId, holds);
  const { state, minimumUntil, minimumBy } = message.decision;
  if (state !== 'under_minimum' || !minimumUntil) return message;
  const until = minimumUntil.toISOString();
  throw new UnderRetentionError(archiveId, { until, policies: minimumBy ? [namedPolicy(minimumBy, all)] : [] });
}

/** All of the message's filings that show it there: also those that were merged into another one. */
async function lyingThere(
  ports: Pick<Ports, 'tables'>,
  { archiveId, mailboxIds, folder }: FilingsRemoval,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  const [only = '', ...others] = mailboxIds;
  const prefix = others.length === 0 ? `${FILING_PREFIX}${only}#` : FILING_PREFIX;
  const wanted = new Set(mailboxIds);
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix })) {
    const filing = typed<Filing>(item).data;
    if (!wanted.has(filing.mailboxId) || filing.removedAt !== undefined) continue;
    if (folder === undefined || filing.folder === folder) found.push(item);
  }
  return found;
}

/** Out of the lists, and a mark for ever: no late arrival undoes it. */
async function remove(ports: RemovalDesk['ports'], item: Item, by: string): Promise<void> {
  const filing: Filing = { ...typed<Filing>(item).data, removedAt: ports.clock.now().toISOString(), removedBy: by };
  await replaceLogged(ports, 'messages', item, { data: dataOf(filing) });
}
