import type { ArrivalFacts, QuarantineReason } from './arrival.ts';

/** Raw input that could not be filed; its bytes lie under `key` in the archive bucket. */
export interface Quarantined extends ArrivalFacts {
  /** Sorts by time of receipt. */
  readonly id: string;
  readonly arrivalId: string;
  readonly reason: QuarantineReason;
  readonly key: string;
  readonly sizeBytes: number;
  /** Set once it was filed after all. */
  readonly replayedAt?: string;
  readonly archiveId?: string;
  /** Absent where no purge ever looked at it; one that is purged leaves no more than its id. */
  readonly state?: 'live' | 'purging';
}

/** The id of what an arrival leaves in quarantine: a retry makes the same. */
export function quarantineIdOf(receivedAt: string, arrivalId: string): string {
  return `q-${receivedAt.replace(/[-:.]/g, '')}-${arrivalId}`;
}

/** Whether an id is one of quarantine, and none of a message. */
export function isQuarantineId(id: string): boolean {
  return id.startsWith('q-');
}

/** Where its bytes lie. */
export function quarantineKey(id: string): string {
  return `quarantine/${id.slice(2, 10)}/${id}`;
}
