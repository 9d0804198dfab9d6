import type { CompletenessCounts, CompletenessRow, SyncState } from '../../domain/completeness.ts';
import { listedFilings, presentFilings } from '../../domain/filing-place.ts';
import type { Mailbox } from '../../domain/mailbox.ts';
import type { Filing } from '../../domain/message.ts';
import { TOLERANCE_MS } from '../../domain/sort-date.ts';
import type { Ports } from '../../ports/ports.ts';
import { placesOf } from '../folder-sync/live-places.ts';
import { typed } from '../item-data.ts';
import { getMailbox } from '../mailboxes/find-mailboxes.ts';
import { FILING_PREFIX, folderListPartition, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { listFolders } from '../reading/list-messages.ts';

type ComparePorts = Pick<Ports, 'tables'>;

/** Where the walk of a mailbox goes on: absent before it, `done` behind it. */
export type FilingsPosition = { readonly folder: string; readonly shard: number; readonly cursor?: string } | 'done';

/** What messages of a mailbox are compared with. Times are ISO 8601, UTC. */
interface Comparison {
  readonly mailboxId: string;
  readonly from: string;
  readonly to: string;
  readonly states: readonly Pick<SyncState, 'profileId' | 'account'>[];
  /** When the comparison began that is known of; absent where there was none. */
  readonly asOf?: string;
}

/** A part of a mailbox that was compared. */
interface ComparedFilings {
  readonly compared: readonly { readonly receivedAt: string; readonly counts: Partial<CompletenessCounts> }[];
  /** Journaled mail that the live mailbox does not have any more; not among `counts`. */
  readonly absent: readonly CompletenessRow[];
  readonly next: FilingsPosition;
}

const PAGE = 200;
/** Messages that are looked up at the same time. */
const AT_ONCE = 32;

/**
 * Compares a page of an archive mailbox with what is known of the live places of its messages. Each message counts once,
 * in the first of its folders.
 */
export async function compareFilings(
  ports: ComparePorts,
  comparison: Comparison,
  position: FilingsPosition | undefined,
): Promise<ComparedFilings> {
  const mailbox = await getMailbox(ports, comparison.mailboxId);
  const folders = await listFolders(ports, comparison.mailboxId);
  const at = position ?? { folder: folders[0] ?? '', shard: 0 };
  if (at === 'done' || folders.length === 0) return { compared: [], absent: [], next: 'done' };
  const page = await ports.tables.queryIndex(
    'messages',
    'list',
    folderListPartition(comparison.mailboxId, at.shard, at.folder),
    { ...bounds(comparison), limit: PAGE, ...(at.cursor === undefined ? {} : { cursor: at.cursor }) },
  );
  const compared: { receivedAt: string; counts: Partial<CompletenessCounts> }[] = [];
  const absent: CompletenessRow[] = [];
  for (let start = 0; start < page.items.length; start += AT_ONCE) {
    const some = page.items.slice(start, start + AT_ONCE);
    const found = await Promise.all(
      some.map((item) =>
        compareMessage(ports, comparison, item.pk.slice(item.pk.indexOf('#') + 1), typed<Filing>(item).data),
      ),
    );
    for (const one of found) {
      if (!one) continue;
      compared.push(one);
      if (one.absent) absent.push(one.absent);
    }
  }
  return { compared, absent, next: nextPosition(at, page.cursor, folders, mailbox) };
}

/** Rows stand by their sort date, which lies near the receipt. */
function bounds({ from, to }: Comparison): { readonly from: string; readonly to: string } {
  const shifted = (time: string, byMs: number) => new Date(Date.parse(time) + byMs).toISOString();
  return { from: shifted(from, -TOLERANCE_MS), to: `${shifted(to, TOLERANCE_MS)}~` };
}

async function compareMessage(ports: ComparePorts, comparison: Comparison, archiveId: string, row: Filing) {
  const { receivedAt } = row.summary;
  const { mailboxId, from, to, asOf } = comparison;
  if (receivedAt < from || receivedAt >= to) return undefined;
  const filings: Filing[] = [];
  const prefix = `${FILING_PREFIX}${mailboxId}#`;
  for await (const item of queryAll(ports, 'messages', messagePartition(archiveId), { prefix })) {
    filings.push(typed<Filing>(item).data);
  }
  const listed = listedFilings(filings);
  const [first] = listed;
  if (first?.originFolder !== row.originFolder) return undefined;
  const journaled = presentFilings(filings).find(({ basis, marks }) => basis !== 'folder' && marks === undefined);
  const isJournaled = journaled ? { journaled: 1 } : {};
  if (await isLive(ports, comparison, archiveId)) return { receivedAt, counts: { archived: 1, ...isJournaled } };
  if (asOf === undefined || receivedAt >= asOf) return { receivedAt, counts: { notCompared: 1, ...isJournaled } };
  if (!journaled) return undefined;
  const { from: sender, subject, sizeBytes, date } = row.summary;
  const absent: CompletenessRow = {
    kind: 'absent',
    archiveId,
    receivedAt,
    date,
    from: sender,
    subject,
    sizeBytes,
    folders: listed.map(({ folder }) => folder),
    basis: journaled.basis,
  };
  return { receivedAt, counts: isJournaled, absent };
}

async function isLive(ports: ComparePorts, { states }: Comparison, archiveId: string): Promise<boolean> {
  for (const account of states) {
    if ((await placesOf(ports, account, archiveId)).length > 0) return true;
  }
  return false;
}

function nextPosition(
  { folder, shard }: Exclude<FilingsPosition, 'done'>,
  cursor: string | undefined,
  folders: readonly string[],
  { listShards }: Pick<Mailbox, 'listShards'>,
): FilingsPosition {
  if (cursor !== undefined) return { folder, shard, cursor };
  if (shard + 1 < listShards) return { folder, shard: shard + 1 };
  // Folders come in the order of their names; one may have come or gone since.
  const next = folders.find((one) => Buffer.compare(Buffer.from(one), Buffer.from(folder)) > 0);
  return next === undefined ? 'done' : { folder: next, shard: 0 };
}
