import type { CheckpointReference } from '../../domain/audit-chain.ts';

/** `unknown`: something that nobody is known to have written. */
type AuditFaultKind = 'missing' | 'changed' | 'outOfOrder' | 'unknown';

/** One thing that is wrong with the trail. */
export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** Key of the object. */
  readonly key: string;
  readonly reason: string;
}

/** What a verification found. */
export interface AuditReport {
  readonly events: number;
  readonly batches: number;
  readonly chains: number;
  readonly checkpoints: number;
  /** How many faults there are. */
  readonly faults: number;
  /** The first of them, in the order of the trail. */
  readonly first: readonly AuditFault[];
  /** Whoever keeps it elsewhere notices later that the trail was cut before it. */
  readonly lastCheckpoint: CheckpointReference;
}

/** How many faults are told one by one. */
const MAX_TOLD = 100;

/** Counts what a verification passes, and keeps the first faults. */
export class AuditFindings {
  readonly counts = { events: 0, batches: 0, chains: 0, checkpoints: 0, faults: 0 };
  readonly first: AuditFault[] = [];

  add(kind: AuditFaultKind, key: string, reason: string): void {
    this.counts.faults += 1;
    if (this.first.length < MAX_TOLD) this.first.push({ kind, key, reason });
  }
}

/** A fault in one line. */
export function faultText({ kind, key, reason }: AuditFault): string {
  const words = { missing: 'missing', changed: 'changed', outOfOrder: 'out of order', unknown: 'unknown' };
  return `${words[kind]}: ${key}: ${reason}`;
}
