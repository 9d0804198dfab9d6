/** Which messages of a folder are fetched; what is left out is recorded as `excluded`, and looked at again. */
export interface MessageFilter {
  /** False: not before they were read. */
  readonly unread: boolean;
  readonly olderThanDays?: number;
  readonly newerThanDays?: number;
  readonly largerThanBytes?: number;
  readonly smallerThanBytes?: number;
}

/** What a filter looks at. */
interface FilteredMessage {
  readonly flags: readonly string[];
  readonly internalDate?: string;
  readonly sizeBytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The rule that leaves a message out, `undefined` where it is fetched. A message without a date is of no age: it is fetched. */
export function filteredBy(message: FilteredMessage, filter: MessageFilter, now: Date): string | undefined {
  const { olderThanDays, newerThanDays, largerThanBytes, smallerThanBytes } = filter;
  if (!filter.unread && !message.flags.some((flag) => flag.toLowerCase() === '\\seen')) return 'filter-unread';
  const ageDays =
    message.internalDate === undefined ? undefined : (now.getTime() - Date.parse(message.internalDate)) / DAY_MS;
  if (ageDays !== undefined && olderThanDays !== undefined && ageDays <= olderThanDays) return 'filter-older';
  if (ageDays !== undefined && newerThanDays !== undefined && ageDays >= newerThanDays) return 'filter-newer';
  if (largerThanBytes !== undefined && message.sizeBytes <= largerThanBytes) return 'filter-larger';
  if (smallerThanBytes !== undefined && message.sizeBytes >= smallerThanBytes) return 'filter-smaller';
  return undefined;
}

/** Whether what it leaves out today may be let through later, though nothing new came. */
export function mayChangeItsMind({ unread, olderThanDays }: MessageFilter): boolean {
  return !unread || olderThanDays !== undefined;
}
