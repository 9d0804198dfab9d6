import { csvLine } from '../../domain/csv.ts';
import { type MessageSummary, SUMMARY_RECIPIENTS } from '../../domain/message.ts';
import type { WhyKept } from '../retention/why-kept.ts';

/** Why a message has no file, or not all of its line. */
type IndexNote = 'deleted' | 'unreadable' | 'being_deleted' | 'retention_unknown';

/** What the index of a part says of one message. */
export interface IndexRow {
  readonly archiveId: string;
  readonly note?: IndexNote;
  /** Its file in the part; absent where it has none. */
  readonly fileName?: string;
  /** Absent where the message is gone. */
  readonly summary?: MessageSummary;
  /** Names of those mailboxes with it that the person may know of. */
  readonly mailboxes?: readonly string[];
  /** ISO 8601, UTC. */
  readonly archivedAt?: string;
  readonly why?: WhyKept;
}

const COLUMNS = [
  'file',
  'date',
  'receivedAt',
  'fromName',
  'fromAddress',
  'to',
  'subject',
  'mailboxes',
  'archivedAt',
  'keptUntil',
  'deletedFrom',
  'keptBecause',
  'archiveId',
  'note',
] as const;

/** Excel takes a file for UTF-8 by this alone. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The index of a part as CSV with a title line: its messages in their order, then how many were withheld, and nothing
 * else of those.
 */
export function indexOf(rows: readonly IndexRow[], withheld: number): string {
  const last = withheld === 0 ? [] : [[...COLUMNS.slice(1).map(() => ''), `withheld: ${withheld}`]];
  return BYTE_ORDER_MARK + [COLUMNS, ...rows.map(cellsOf), ...last].map(csvLine).join('');
}

/** Lists stand in lines of their own within their cell. */
function cellsOf(row: IndexRow): readonly string[] {
  const { archiveId, note = '', fileName = '', summary, mailboxes = [], archivedAt = '', why } = row;
  return [
    fileName,
    summary?.date ?? '',
    summary?.receivedAt ?? '',
    summary?.from.name ?? '',
    summary?.from.address ?? '',
    recipientsOf(summary).join('\n'),
    summary?.subject ?? '',
    mailboxes.join('\n'),
    archivedAt,
    why?.minimumUntil?.toISOString() ?? '',
    why?.maximumAt?.toISOString() ?? '',
    becauseOf(why).join('\n'),
    archiveId,
    note,
  ];
}

function recipientsOf(summary: MessageSummary | undefined): readonly string[] {
  const { to = [] } = summary ?? {};
  const addresses = to.map(({ name = '', address }) => address || name);
  // A summary names no more; the message does.
  return to.length < SUMMARY_RECIPIENTS ? addresses : [...addresses, '…'];
}

/** The names of holds are not for whom they may be about. */
function becauseOf(why: WhyKept | undefined): readonly string[] {
  const policies = [why?.minimumBy?.name, why?.maximumBy?.name].filter((name) => name !== undefined);
  return [...new Set(policies), ...(why && why.holds.length > 0 ? ['legal hold'] : [])];
}
