import type { PurgeOutcome } from '../../domain/deletion/purge-cause.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import { type NamedPolicy, namedPolicy } from '../../domain/retention/named-policy.ts';
import type { Ports } from '../../ports/ports.ts';
import { holdsOnQuarantined } from '../holds/holds-on-quarantined.ts';
import { minimumOfQuarantined } from '../locks/lock-quarantined.ts';
import type { PolicyBook } from '../retention/policy-book.ts';

/** What deciding on input in quarantine takes. */
export interface QuarantineJudge {
  readonly ports: Pick<Ports, 'tables' | 'archive' | 'clock'>;
  readonly policies: Pick<PolicyBook, 'now'>;
}

/** Why input in quarantine may not go. */
export type QuarantineKeeper =
  | {
      readonly refusal: Extract<PurgeOutcome, 'legal_hold'>;
      readonly holds: readonly { readonly holdId: string; readonly name: string }[];
    }
  | {
      readonly refusal: Extract<PurgeOutcome, 'under_retention' | 'object_locked'>;
      /** ISO 8601, UTC. */
      readonly until: string;
      readonly policies: readonly NamedPolicy[];
    };

/**
 * What keeps input in quarantine now, read consistently: a legal hold on its period, the longest minimum that could
 * apply to the mail that it may be, a lock of the storage, in this order. `undefined` where nothing does.
 */
export async function keeperOfQuarantined(
  { ports, policies }: QuarantineJudge,
  quarantined: Quarantined,
): Promise<QuarantineKeeper | undefined> {
  const holds = await holdsOnQuarantined(ports, quarantined);
  if (holds.length > 0) {
    return { refusal: 'legal_hold', holds: holds.map(({ holdId, name }) => ({ holdId, name })) };
  }
  const head = await ports.archive.head(quarantined.key);
  // Its bytes are lost: there is nothing to keep.
  if (!head) return undefined;
  const now = ports.clock.now();
  const { policies: all, prepared } = await policies.now();
  // Its keep times run from when it was stored.
  const minimum = minimumOfQuarantined(quarantined, quarantined.sizeBytes, prepared, {
    archivedAt: head.modifiedAt,
    now,
  });
  if (minimum && minimum.until > now) {
    const by = minimum.by ? [namedPolicy(minimum.by, all)] : [];
    return { refusal: 'under_retention', until: minimum.until.toISOString(), policies: by };
  }
  if (head.legalHold) return { refusal: 'legal_hold', holds: [] };
  const { retainUntil } = head;
  if (retainUntil === undefined || retainUntil <= now) return undefined;
  return { refusal: 'object_locked', until: retainUntil.toISOString(), policies: [] };
}
