import type { ArrivalFacts } from '../../domain/arrival.ts';
import { envelopeLine } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import { type ArrivalNudge, ENVELOPED_INTAKE } from './intake-object.ts';

/**
 * Takes an arrival in: when it resolves, bytes and envelope are durable and may be acknowledged.
 * Throws `StorageError`, and whatever `raw` throws; nothing is kept then. A queue that fails costs
 * time only, because the sweep queues what lies in intake.
 */
export async function acceptArrival(
  ports: Pick<Ports, 'intake' | 'queue' | 'entropy' | 'logs'>,
  facts: ArrivalFacts,
  raw: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<ArrivalNudge> {
  const stamp = facts.receivedAt.replace(/[-:.]/g, '');
  const intakeKey = `${ENVELOPED_INTAKE}${stamp}-${Buffer.from(ports.entropy.bytes(10)).toString('hex')}`;
  const line = envelopeLine(facts);
  let sizeBytes = line.length;
  const counted = (chunk: Uint8Array) => {
    sizeBytes += chunk.length;
    return chunk;
  };
  const body = raw instanceof Uint8Array ? Buffer.concat([line, counted(raw)]) : inFront(line, raw, counted);
  await ports.intake.put(intakeKey, body, { ifAbsent: true });
  const nudge: ArrivalNudge = { intakeKey, sizeBytes };
  try {
    await ports.queue.send('arrivals', JSON.stringify(nudge));
  } catch (error) {
    ports.logs.warn('arrival not queued', { intakeKey, error });
  }
  return nudge;
}

async function* inFront(
  line: Uint8Array,
  raw: AsyncIterable<Uint8Array>,
  counted: (chunk: Uint8Array) => Uint8Array,
): AsyncIterable<Uint8Array> {
  yield line;
  for await (const chunk of raw) yield counted(chunk);
}
