import { createHash } from 'node:crypto';
import {
  type CertificatePart,
  type CertificatePayload,
  type CertifiedMessage,
  type DeletionCertificate,
  signedText,
} from '../../domain/deletion/deletion-certificate.ts';
import { isPurgingJob, type Job } from '../../domain/job.ts';
import type { MessageRecord } from '../../domain/message.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { DamagedError, NotFoundError } from '../../errors.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { policyVersionKey } from '../configuration/configuration-keys.ts';
import { typed } from '../item-data.ts';
import { getJob } from '../jobs/jobs.ts';
import { jobPurgePartition, recordKey } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { listCertificate } from './certificate-book.ts';
import type { CertificateProgress, Counted, SigningProgress } from './certificate-progress.ts';
import type { DeletionContext } from './purge-if-allowed.ts';
import { finishPlanned } from './purge-work.ts';
import type { PurgingContext } from './purging-task.ts';
import { publishKey } from './signing-key.ts';

/** How many messages a part names, where nobody says otherwise: it bounds the memory of whoever makes or reads one. */
const PART_MESSAGES = 2_000;

/** What is certified. */
export interface CertifiedJob {
  readonly job: Job;
  /** The approved request that it did what was asked for. */
  readonly requestId?: string;
}

/**
 * Makes the certificate of what a job purged, for as long as `mayGoOn` answers true; none where it purged nothing. What
 * the job asked for and died of is done first. Parts are write-once; once all are there the certificate is listed. Safe
 * to repeat.
 */
export async function certifyJob(
  context: PurgingContext,
  of: CertifiedJob,
  progress: CertificateProgress,
  mayGoOn: () => boolean,
): Promise<CertificateProgress> {
  const { ports, certificatePartMessages: partMessages = PART_MESSAGES } = context;
  const { jobId } = of.job;
  let signing: SigningProgress;
  if (progress.phase === 'sign') signing = progress;
  else {
    const { counted, isWhole } = await count(context, jobId, progress.counted, mayGoOn);
    if (!isWhole) return { phase: 'count', counted };
    const parts = Math.ceil(counted.messages / partMessages);
    if (parts > 0) await publishKey(ports, context.proof);
    signing = { phase: 'sign', counted, parts, part: 0, isDone: parts === 0 };
  }
  let messages: CertifiedMessage[] = [];
  for await (const { archiveId, record } of purgedBy(ports, jobId, signing.after)) {
    if (signing.isDone) break;
    messages.push(certified(archiveId, record));
    const isLastPart = signing.part + 1 === signing.parts;
    const size = isLastPart ? signing.counted.messages - signing.part * partMessages : partMessages;
    if (messages.length < size) continue;
    const previous = await writePart(context, of, signing, messages);
    if (isLastPart) await list(ports, of, signing);
    signing = { ...signing, part: signing.part + 1, after: archiveId, previous, isDone: isLastPart };
    messages = [];
    if (!mayGoOn()) return signing;
  }
  // What is signed is what was counted: nothing of this job goes later.
  if (!signing.isDone) throw new DamagedError(`the certificate of ${jobId}`, 'fewer messages than were counted');
  return signing;
}

async function list(
  ports: PurgingContext['ports'],
  { job: { jobId, kind, startedAt }, requestId }: CertifiedJob,
  { parts, counted: { messages, bytes, bytesLocked = 0 } }: SigningProgress,
): Promise<void> {
  if (!isPurgingJob(kind)) throw new TypeError(`${jobId} is none that deletes`);
  await listCertificate(ports, {
    jobId,
    cause: kind,
    ...(requestId === undefined ? {} : { requestId }),
    startedAt,
    certifiedAt: ports.clock.now().toISOString(),
    parts,
    messages,
    bytes,
    bytesLocked,
  });
}

async function count(
  context: DeletionContext,
  jobId: string,
  before: Counted = { messages: 0, bytes: 0, bytesLocked: 0 },
  mayGoOn: () => boolean,
): Promise<{ readonly counted: Counted; readonly isWhole: boolean }> {
  let { messages, bytes, bytesLocked = 0 } = before;
  for await (const { sk } of intents(context.ports, jobId, before.after)) {
    await finishPlanned(context, sk, jobId);
    const record = await tombstoneBy(context.ports, jobId, sk);
    if (!record) continue;
    messages += 1;
    bytes += (record.tombstone?.renditions ?? []).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (record.tombstone?.bytesLocked) bytesLocked += 1;
    if (!mayGoOn()) return { counted: { after: sk, messages, bytes, bytesLocked }, isWhole: false };
  }
  return { counted: { messages, bytes, bytesLocked }, isWhole: true };
}

async function* purgedBy(ports: Pick<Ports, 'tables'>, jobId: string, after: string | undefined) {
  for await (const { sk } of intents(ports, jobId, after)) {
    const record = await tombstoneBy(ports, jobId, sk);
    if (record) yield { archiveId: sk, record };
  }
}

async function* intents(ports: Pick<Ports, 'tables'>, jobId: string, after: string | undefined) {
  const range = after === undefined ? {} : { from: after };
  for await (const item of queryAll(ports, 'activity', jobPurgePartition(jobId), range)) {
    if (item.sk !== after) yield item;
  }
}

async function tombstoneBy({ tables }: Pick<Ports, 'tables'>, jobId: string, archiveId: string) {
  const item = await tables.get('messages', recordKey(archiveId));
  const record = item && typed<MessageRecord>(item).data;
  return record?.state === 'purged' && record.tombstone?.jobId === jobId ? record : undefined;
}

function certified(archiveId: string, { archivedAt, first, tombstone }: MessageRecord): CertifiedMessage {
  const { purgedAt = '', arrivals = [], policy, renditions = [], bytesLocked } = tombstone ?? {};
  return {
    archiveId,
    purgedAt,
    archivedAt,
    receivedAt: first.receivedAt,
    ...(policy ? { policyId: policy.policyId, policyVersion: policy.version } : {}),
    arrivals,
    renditions,
    ...(bytesLocked ? { lockedObjects: bytesLocked.objects } : {}),
    ...(bytesLocked?.until === undefined ? {} : { lockedUntil: bytesLocked.until }),
  };
}

async function writePart(
  { ports, proof, archive }: PurgingContext,
  { job: { jobId, kind, startedAt }, requestId }: CertifiedJob,
  { part, parts, counted, previous }: SigningProgress,
  messages: readonly CertifiedMessage[],
): Promise<string> {
  const payload: CertificatePayload = {
    kind: 'letterlock-deletion-certificate',
    format: 1,
    jobId,
    cause: kind,
    ...(requestId === undefined ? {} : { requestId }),
    archive,
    startedAt,
    until:
      messages
        .map(({ purgedAt }) => purgedAt)
        .toSorted()
        .at(-1) ?? startedAt,
    part: part + 1,
    parts,
    ...(previous === undefined ? {} : { previous }),
    totals: { messages: counted.messages, bytes: counted.bytes },
    policies: await policiesOf(ports, messages),
    messages,
  };
  const { publicKey } = proof;
  const signed: CertificatePart = { payload, publicKey, signature: proof.sign(signedText(payload)) };
  // One that an attempt left that died is the very same: nothing in it depends on when it is made.
  await ports.archive.put(partKey(jobId, part + 1), Buffer.from(JSON.stringify(signed)), { ifAbsent: true });
  return createHash('sha256').update(signed.signature).digest('hex');
}

async function policiesOf({ tables }: Pick<Ports, 'tables'>, messages: readonly CertifiedMessage[]) {
  const policies = new Map<string, RetentionPolicy>();
  for (const { policyId, policyVersion } of messages) {
    if (policyId === undefined || policyVersion === undefined || policies.has(`${policyId} ${policyVersion}`)) continue;
    const item = await tables.get('configuration', policyVersionKey(policyId, policyVersion));
    if (item) policies.set(`${policyId} ${policyVersion}`, typed<RetentionPolicy>(item).data);
  }
  return [...policies.values()];
}

/** The certificate of a job, all its parts. Throws `NotFoundError` where it has none, or not yet, which says why. */
export async function readCertificate(
  ports: Pick<Ports, 'archive' | 'tables'>,
  jobId: string,
): Promise<DeletionCertificate> {
  if (!/^job-[0-9a-v]+$/.test(jobId)) throw new NotFoundError(`certificate of job ${jobId}`);
  if (!(await ports.archive.head(partKey(jobId, 1))))
    throw new NotFoundError(`a certificate of job ${jobId}${await whyNone(ports, jobId)}`);
  const certificate: CertificatePart[] = [];
  for (let part = 1, parts = 1; part <= parts; part += 1) {
    const read = await readPart(ports, jobId, part);
    ({ parts } = read.payload);
    certificate.push(read);
  }
  return { certificate };
}

async function whyNone(ports: Pick<Ports, 'tables'>, jobId: string): Promise<string> {
  try {
    const { kind, state, details } = (await getJob(ports, jobId)).data;
    if (!isPurgingJob(kind)) return ', which is none that deletes,';
    if (state !== 'finished') return ', which has not ended yet,';
    return details?.purged ? '' : ', which purged nothing,';
  } catch (error) {
    if (error instanceof NotFoundError) return '';
    throw error;
  }
}

async function readPart({ archive }: Pick<Ports, 'archive'>, jobId: string, part: number): Promise<CertificatePart> {
  const object = await archive.get(partKey(jobId, part));
  if (!object) throw new NotFoundError(`part ${part} of the certificate of job ${jobId}`);
  return JSON.parse(Buffer.from(object.body).toString());
}

function partKey(jobId: string, part: number): ObjectKey {
  return `certificates/${jobId}/${String(part).padStart(6, '0')}`;
}
