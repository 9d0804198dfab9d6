import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { WalkPosition } from './walk-candidates.ts';

/** Messages and the bytes of their originals. */
export interface PurgeVolume {
  readonly messages: number;
  readonly bytes: number;
}

export const NO_VOLUME: PurgeVolume = { messages: 0, bytes: 0 };

/** Why a message would go. */
export interface PreviewExample {
  readonly archiveId: string;
  readonly archivedAt: string;
  readonly receivedAt?: string;
  readonly sizeBytes: number;
  /** When it is past its maximum. */
  readonly dueAt: string;
  readonly policyId: string;
  /** Present where a legal hold keeps it. */
  readonly isHeld?: true;
}

/** What a set of policies would purge, as far as it was looked at: JSON, replaced as the job goes on. */
export interface PreviewState {
  readonly format: 1;
  readonly policies: readonly RetentionPolicy[];
  /** ISO 8601, UTC: today, and the ends of the next twelve months. */
  readonly asOf: string;
  readonly ends: readonly string[];
  readonly isDone: boolean;
  /** Somebody ended it before it was done. */
  readonly isCancelled?: true;
  readonly position?: WalkPosition;
  /** How many messages were looked at. */
  readonly seen: number;
  readonly today: PurgeVolume;
  /** What falls due in each month after that. */
  readonly months: readonly PurgeVolume[];
  /** Due in all this time, but under a legal hold now; in none of the other numbers. */
  readonly held: PurgeVolume;
  /** Of these nobody could say; in none of the other numbers. */
  readonly undecided: PurgeVolume;
  /** By policy id. */
  readonly byPolicy: { readonly [policyId: string]: PurgeVolume };
  readonly examples: readonly PreviewExample[];
}

/** `undefined` where there is none, any more or at all: copies expire. */
export async function readPreview(
  { derived }: Pick<Ports, 'derived'>,
  jobId: string,
): Promise<PreviewState | undefined> {
  if (!/^job-[0-9a-v]+$/.test(jobId)) return undefined;
  const object = await derived.get(previewKey(jobId));
  return object && JSON.parse(Buffer.from(object.body).toString());
}

export async function keepPreview(
  { derived }: Pick<Ports, 'derived'>,
  jobId: string,
  state: PreviewState,
): Promise<void> {
  await derived.put(previewKey(jobId), Buffer.from(JSON.stringify(state)));
}

function previewKey(jobId: string): ObjectKey {
  return `exports/previews/${jobId}.json`;
}
