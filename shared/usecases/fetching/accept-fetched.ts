import type { ArrivalFacts } from '../../domain/arrival.ts';
import type { FetchedFrom } from '../../domain/fetched-from.ts';
import { envelopeLine } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import { fetchedIntakeKey } from '../filing/fetched-place.ts';
import type { ArrivalNudge } from '../filing/intake-object.ts';

/** The facts of a message that was fetched. */
type FetchedFacts = ArrivalFacts & { readonly source: { readonly fetched: FetchedFrom } };

/** What is known of a fetched message from outside its bytes. Nobody sent it to us: the envelope is empty. */
export function fetchedFacts(fetched: FetchedFrom, receivedAt: string): FetchedFacts {
  return { receivedAt, source: { kind: 'fetch', endpointIds: [], fetched }, envelope: { mailFrom: '', rcptTo: [] } };
}

/**
 * Takes a fetched message in: when it resolves, bytes and facts are durable. Under the same key however often it is
 * fetched; `wasThere` where an earlier attempt took it in and did not come to file it.
 */
export async function acceptFetched(
  { intake }: Pick<Ports, 'intake'>,
  facts: FetchedFacts,
  raw: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<{ readonly nudge: ArrivalNudge; readonly wasThere: boolean }> {
  const intakeKey = fetchedIntakeKey(facts.source.fetched);
  const line = envelopeLine(facts);
  let rawBytes = 0;
  async function* whole(pieces: AsyncIterable<Uint8Array>) {
    yield line;
    for await (const piece of pieces) {
      rawBytes += piece.length;
      yield piece;
    }
  }
  if (raw instanceof Uint8Array) rawBytes = raw.length;
  const body = raw instanceof Uint8Array ? Buffer.concat([line, raw]) : whole(raw);
  const { outcome } = await intake.put(intakeKey, body, { ifAbsent: true });
  if (outcome === 'exists') return { nudge: { intakeKey }, wasThere: true };
  return { nudge: { intakeKey, sizeBytes: line.length + rawBytes }, wasThere: false };
}
