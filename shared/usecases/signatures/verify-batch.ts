import type { MessageRecord } from '../../domain/message.ts';
import type { SignatureVerdict } from '../../domain/signature-verdict.ts';
import { ArchiveError, DamagedError } from '../../errors.ts';
import { type SignatureReading, unverifiedSignatures, verifySignatures } from '../../mail/signatures/signatures.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { dataOf, typed } from '../item-data.ts';
import { recordKey, unverifiedKey, verdictKey } from '../message-keys.ts';
import type { SignaturesNudge, SignedArrival, UnverifiedBatch } from './announce-signatures.ts';
import { loadOriginal } from './load-original.ts';

export type VerifyPorts = Pick<Ports, 'archive' | 'tables' | 'log' | 'queue' | 'dns' | 'clock' | 'logs'>;

/** How long one message may take: stops bodies that take minutes to hash. */
const MAX_SECONDS_PER_MESSAGE = 60;
/** How long to wait before an attempt, after the one before could not ask DNS; then the verdict is `unknown` or `temperror`. */
const RETRY_SECONDS = [60, 300, 900, 900];
/** One more than there are waits; what was begun oftener, by processes that died of it, is not verified. */
const MAX_ATTEMPTS = RETRY_SECONDS.length + 1;
/** How long an attempt has before another may begin, where it ended without a word: no function runs longer. */
const ATTEMPT_SECONDS = 900;

/**
 * Verifies the signatures of a batch of arrivals and keeps a verdict for each: put once, and logged, so that a
 * rebuild has it. Where DNS gives no answer, the arrival comes again later through the queue. Safe to repeat, and
 * safe beside others with the same batch. What was purged meanwhile is left alone.
 */
export async function verifyBatch(ports: VerifyPorts, budget: ByteBudget, batchId: string): Promise<void> {
  const batch = await begin(ports, batchId);
  if (!batch) return;
  const { arrivals, attempts } = batch.data;
  const isLast = attempts >= MAX_ATTEMPTS;
  const results = await Promise.allSettled(
    arrivals.map((arrival) => budget.run(arrival.sizeBytes, () => settle(ports, arrival, attempts))),
  );
  try {
    await keep(
      ports,
      results.map((result) => (result.status === 'fulfilled' ? result.value : 'done')),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  } catch (error) {
    // Only what has nothing to do with the mail counts as no attempt: else a failure of its own would come for ever.
    const mayPass = error instanceof ArchiveError && error.retryable;
    const counted = mayPass ? attempts - 1 : attempts;
    await replace(ports, batch, { ...batch.data, attempts: counted, dueAt: dueIn(ports, 0) });
    throw error;
  }
  const left = arrivals.filter(
    (_, index) => results[index]?.status === 'fulfilled' && results[index].value === 'again',
  );
  if (left.length === 0 || isLast) {
    await ports.tables.deleteIfVersion('messages', batch, batch.version);
    return;
  }
  const delaySeconds = RETRY_SECONDS[attempts - 1] ?? 0;
  const dueAt = dueIn(ports, delaySeconds);
  if (!(await replace(ports, batch, { arrivals: left, attempts, dueAt }))) return;
  const nudge: SignaturesNudge = { batchId };
  await ports.queue.send('signatures', JSON.stringify(nudge), { delaySeconds });
}

/**
 * Counts the attempt before it is made: one that ends the process counts too. `undefined` where it is not due, as
 * somebody else has it, or it waits for DNS: a nudge that comes twice must not use up the attempts.
 */
async function begin(ports: VerifyPorts, batchId: string): Promise<Item<UnverifiedBatch> | undefined> {
  const item = await ports.tables.get('messages', unverifiedKey(batchId));
  if (!item) return undefined;
  const batch = typed<UnverifiedBatch>(item);
  if (batch.data.dueAt > dueIn(ports, 0)) return undefined;
  const attempts = batch.data.attempts + 1;
  return await replace(ports, batch, { ...batch.data, attempts, dueAt: dueIn(ports, ATTEMPT_SECONDS) });
}

function dueIn({ clock }: VerifyPorts, seconds: number): string {
  return new Date(clock.now().getTime() + seconds * 1000).toISOString();
}

/** `undefined` where somebody else has it. */
async function replace(
  { tables }: VerifyPorts,
  item: Item<UnverifiedBatch>,
  data: UnverifiedBatch,
): Promise<Item<UnverifiedBatch> | undefined> {
  const changed = { ...item, version: item.version + 1, data };
  const put = await tables.putIfVersion('messages', { ...changed, data: dataOf(data) }, item.version);
  return put === 'stored' ? changed : undefined;
}

/** What became of an arrival: its verdict to be kept, nothing more to do, or to come again. */
type Settled = Item | 'done' | 'again';

/** Logs the verdicts of a batch in one object before they are put: so none needs a mark that it is not logged yet. */
async function keep({ log, tables }: VerifyPorts, settled: readonly Settled[]): Promise<void> {
  const verdicts = settled.filter((one) => typeof one !== 'string');
  if (verdicts.length === 0) return;
  await log.append(verdicts.map((item) => ({ table: 'messages', item })));
  await Promise.all(verdicts.map((item) => tables.putIfAbsent('messages', item)));
}

async function settle(ports: VerifyPorts, arrival: SignedArrival, attempts: number): Promise<Settled> {
  const { archiveId, arrivalId } = arrival;
  const key = verdictKey(archiveId, arrivalId);
  if (await ports.tables.get('messages', key)) return 'done';
  const record = await recordOf(ports, archiveId);
  if (record?.state === 'purging') return 'again';
  const original = record?.state === 'live' ? await loaded(ports, record, arrival) : undefined;
  if (!original) return 'done';
  const readings = attempts > MAX_ATTEMPTS ? unverifiedSignatures(original) : await verified(ports, original, arrival);
  if (attempts < MAX_ATTEMPTS && readings.some(({ failure }) => failure?.retryable)) return 'again';
  const verifiedAt = ports.clock.now().toISOString();
  const signatures: readonly SignatureVerdict[] = readings.map(({ failure: _failure, ...verdict }) => ({
    ...verdict,
    verifiedAt,
  }));
  return { ...key, version: 1, data: dataOf({ signatures }) };
}

function verified(
  { dns }: VerifyPorts,
  original: Uint8Array,
  { receivedAt }: SignedArrival,
): Promise<readonly SignatureReading[]> {
  return verifySignatures(original, {
    lookup: (name) => dns.txt(name),
    receivedAt: new Date(receivedAt),
    signal: AbortSignal.timeout(MAX_SECONDS_PER_MESSAGE * 1000),
  });
}

/** The bytes of the original; `undefined` where they went, or are damaged, which is told to those who read them. */
async function loaded(
  ports: VerifyPorts,
  record: MessageRecord,
  arrival: SignedArrival,
): Promise<Uint8Array | undefined> {
  try {
    return await loadOriginal(ports, record, arrival);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    const now = await recordOf(ports, arrival.archiveId);
    if (now?.state === 'live') ports.logs.error('signatures not verified', { archiveId: arrival.archiveId, error });
    return undefined;
  }
}

async function recordOf({ tables }: VerifyPorts, archiveId: string): Promise<MessageRecord | undefined> {
  const item = await tables.get('messages', recordKey(archiveId));
  return item && typed<MessageRecord>(item).data;
}
