import { messagePrefix } from '../../domain/archive-id.ts';
import type { AuditEvent } from '../../domain/audit-event.ts';
import { isPurged, type PurgeCause, type PurgeOutcome, type PurgeRefusal } from '../../domain/deletion/purge-cause.ts';
import type { LockedBytes, MessageRecord } from '../../domain/message.ts';
import { DamagedError, ObjectLockedError, UnreadableError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { EVENT_PREFIX } from '../audit/audit-keys.ts';
import { recordKey } from '../message-keys.ts';
import { newId } from '../new-id.ts';
import { type PurgeGrounds, type PurgePorts, purgeMessage } from '../purge-message.ts';
import { decideMessage } from '../retention/decide-message.ts';
import type { DeletionJudge } from '../retention/deletion-judge.ts';
import { isAskedFor } from './is-asked-for.ts';
import { noteLockedBytes } from './locked-bytes.ts';
import type { ProofKeys } from './signing-key.ts';

export interface DeletionContext extends DeletionJudge {
  readonly ports: PurgePorts & Pick<Ports, 'audit' | 'secrets' | 'events'>;
  readonly proof: ProofKeys;
}

/**
 * The one door: purges a message if a legal hold, a retention minimum and the locks of the storage let it go, in this
 * order, and what asks for it still does. All of it is read consistently while nothing can join the message, and
 * decided on the message itself. The attempt is audited, whatever comes of it, and the tombstone says what
 * storage keeps for longer; but for one that is repeated only to delete what is left. Safe to repeat, and takes up a
 * purge that died. Throws `StorageError`.
 */
export async function purgeIfAllowed(
  context: DeletionContext,
  archiveId: string,
  cause: PurgeCause,
  { isRepeated = false }: { readonly isRepeated?: boolean } = {},
): Promise<PurgeOutcome> {
  const { ports } = context;
  let refusal: PurgeRefusal = 'busy';
  const outcome = await purgeMessage(ports, archiveId, async (record) => {
    const judged = await judge(context, archiveId, record, cause);
    if ('refusal' in judged) refusal = judged.refusal;
    return 'grounds' in judged ? judged.grounds : false;
  }).then(
    (isGone): PurgeOutcome => (isGone ? 'purged' : refusal),
    (error: unknown): PurgeOutcome => {
      // Bytes are deleted only once the message is gone for everybody.
      if (error instanceof ObjectLockedError) return 'bytes_locked';
      throw error;
    },
  );
  const isKnown = outcome !== 'busy' || (await ports.tables.get('messages', recordKey(archiveId))) !== undefined;
  const known = isKnown ? outcome : 'gone';
  if (!isRepeated) {
    const locked = known === 'bytes_locked' ? await noteLockedBytes(ports, archiveId) : undefined;
    await audit(context, archiveId, cause, known, locked);
  }
  return known;
}

type Judged = { readonly refusal: PurgeRefusal } | { readonly grounds: PurgeGrounds };

/** The order of DESIGN: holds, then minimums and locks, then who asks. */
async function judge(
  context: DeletionContext,
  archiveId: string,
  record: MessageRecord,
  cause: PurgeCause,
): Promise<Judged> {
  const { ports, policies, proof } = context;
  const now = ports.clock.now();
  try {
    const { prepared } = await policies.now();
    const message = await decideMessage(context, archiveId, prepared, now, { record });
    if ((await context.holdsOn(archiveId, message)).length > 0) return { refusal: 'legal_hold' };
    const { decision, filings } = message;
    if (decision.state === 'under_minimum') return { refusal: 'under_retention' };
    if (!(await isAskedFor(ports, cause, { archiveId, filings, decision }))) {
      // Only retention asks for what a search finds.
      return { refusal: cause.kind === 'retention' && decision.unasked.length > 0 ? 'undecided' : 'kept' };
    }
    // Before the commit: after it nobody could see what storage still keeps.
    if (await isLocked(ports, archiveId, now)) return { refusal: 'object_locked' };
    const policy = cause.kind === 'retention' && decision.maximumBy ? { policy: decision.maximumBy } : {};
    return { grounds: { cause: cause.kind, ...askerIn(cause), ...policy, saltedHash: proof.saltedHash } };
  } catch (error) {
    if (!(error instanceof DamagedError || error instanceof UnreadableError)) throw error;
    ports.logs.error('deletion cannot be decided', { archiveId, code: error.code });
    return { refusal: 'undecided' };
  }
}

/** The job, and the request, that a tombstone names. */
function askerIn(cause: PurgeCause): Pick<PurgeGrounds, 'jobId' | 'requestId'> {
  if (cause.kind === 'person') return {};
  const { kind: _kind, ...asker } = cause;
  return asker;
}

/** Whether storage would refuse to delete any version of what lies under the message's own prefix. */
async function isLocked({ archive }: Pick<Ports, 'archive'>, archiveId: string, now: Date): Promise<boolean> {
  for await (const { key } of archive.list(messagePrefix(archiveId))) {
    const { retainUntil, legalHold } = (await archive.head(key)) ?? {};
    if (legalHold || (retainUntil !== undefined && retainUntil > now)) return true;
  }
  return false;
}

const DENIED: ReadonlySet<PurgeOutcome> = new Set(['legal_hold', 'under_retention', 'object_locked', 'undecided']);

/** Audits that the bytes went which storage had kept for longer than the message. */
export async function auditBytesGone(context: DeletionContext, archiveId: string, cause: PurgeCause): Promise<void> {
  await audit(context, archiveId, cause, 'purged', 'gone');
}

async function audit(
  { ports }: DeletionContext,
  archiveId: string,
  cause: PurgeCause,
  outcome: PurgeOutcome,
  bytes?: LockedBytes | 'gone',
): Promise<void> {
  // A person is the actor.
  const { kind, ...of } = cause.kind === 'person' ? { kind: cause.kind } : cause;
  const event: AuditEvent = {
    eventId: newId(ports, EVENT_PREFIX),
    at: ports.clock.now().toISOString(),
    actor: { system: 'purge-messages', ...(cause.kind === 'person' && cause.by !== '' ? { userName: cause.by } : {}) },
    source: '',
    action: 'deletion.purge',
    object: { kind: 'message', id: archiveId },
    outcome: isPurged(outcome) ? 'done' : DENIED.has(outcome) ? 'denied' : 'failed',
    ...(isPurged(outcome) ? {} : { code: outcome }),
    detail: { cause: kind, ...of, ...bytesDetail(bytes) },
  };
  // Whatever categories are switched off.
  await ports.audit.append(event);
}

function bytesDetail(bytes: LockedBytes | 'gone' | undefined): AuditEvent['detail'] {
  if (!bytes) return {};
  if (bytes === 'gone') return { bytes: 'deleted' };
  return { bytes: 'locked', lockedObjects: bytes.objects, ...(bytes.until ? { lockedUntil: bytes.until } : {}) };
}
