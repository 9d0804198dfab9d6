import { matchByHeader } from '../../domain/live-match.ts';
import type { Item } from '../../ports/tables.ts';
import { typed } from '../item-data.ts';
import { placesOf } from './live-places.ts';
import type { MissingItem } from './missing-item.ts';
import { missingOfPartition } from './sync-keys.ts';
import type { MissingMail } from './sync-memory.ts';
import type { SyncRun } from './sync-run.ts';

/** Copies of missing mail that are looked at: senders choose Message-ID and Date. */
const MAX_COPIES = 20;

/** What stands for missing mail in lists. */
export interface Representative {
  /** Whether it is the mail itself, and not another copy of it. */
  readonly isItself: boolean;
  /** Whether an event told of any of the copies. */
  readonly isTold: boolean;
}

/**
 * Which copy of missing mail is listed for all of them. A mailbox may have a message in several forms: the sender's own
 * copy lacks what transport adds. Each form is archived as what it is, but people miss one message: one that has the same
 * Message-ID, Date and From and is of about the same size, as it is where the archive has it. What lies live comes first.
 */
export async function representativeOf(run: SyncRun, one: MissingItem): Promise<Representative> {
  const { subject, item } = one;
  const own = { isItself: true, isTold: item.data.isTold === true };
  const prefix = copiesPrefix(subject);
  if (item.data.messageIdHash === undefined || prefix === undefined) return own;
  const { ports } = run.filing;
  const page = await ports.tables.query('activity', missingOfPartition(run), { prefix, limit: MAX_COPIES });
  const others = page.items.map((other) => typed<MissingMail>(other)).filter((other) => isCopy(one, other));
  if (others.length === 0) return own;
  const copies = await Promise.all(
    others.map(async ({ sk, data }) => ({ subject: sk, data, places: await placesOf(ports, run, sk) })),
  );
  const [first] = [{ subject, data: item.data, places: one.places }, ...copies].toSorted(
    (a, b) =>
      Number(b.places.length > 0) - Number(a.places.length > 0) ||
      Number(b.data.listedAs !== undefined) - Number(a.data.listedAs !== undefined) ||
      (a.subject < b.subject ? -1 : 1),
  );
  return {
    isItself: first?.subject === subject,
    isTold: own.isTold || others.some(({ data }) => data.isTold === true),
  };
}

/** `missing-<hash of Message-ID and Date>-<size>`; without Message-ID there are no other forms. */
function copiesPrefix(subject: string): string | undefined {
  return /^missing-[^-]+-/.exec(subject)?.[0];
}

function isCopy({ subject, item: { data } }: MissingItem, other: Item<MissingMail>): boolean {
  if (other.sk === subject || other.data.isExcluded) return false;
  const { date, receivedAt, from = '', sizeBytes } = other.data;
  const candidate = { date: date ?? receivedAt, receivedAt, from, sizeBytes };
  const header = { sizeBytes: data.sizeBytes, ...(data.date === undefined ? {} : { date: data.date }) };
  return typeof matchByHeader({ ...header, from: data.from ?? null }, [candidate]) === 'object';
}
