import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type CertificatePart, type CertifiedMessage, signedText } from '../../domain/deletion/deletion-certificate.ts';

/** What is found of a certificate. */
export interface VerifiedCertificate {
  readonly isValid: boolean;
  /** Why it is not, a line each. */
  readonly faults: readonly string[];
  readonly jobId: string;
  readonly messages: number;
  readonly bytes: number;
  /** Of these messages, those of which storage kept bytes for longer. */
  readonly bytesLocked: number;
  /** When the last of these locks was to end, where that is known of all of them; ISO 8601, UTC. */
  readonly lockedUntil?: string;
  /** What it is signed with: SPKI, DER, base64. */
  readonly publicKey: string;
}

/**
 * Verifies a certificate as it was handed out: every signature, the chain of its parts, and that no part is missing.
 * With `key` (SPKI, DER, base64) it has to be signed by that one; else by the key in it, which says only that nothing
 * was changed since. Whatever `document` is, the answer says so; nothing is thrown.
 */
export function verifyCertificate(document: unknown, key?: string): VerifiedCertificate {
  const parts = partsOf(document);
  const [first] = parts;
  if (!first) {
    const faults = ['this is no deletion certificate'];
    return { isValid: false, faults, jobId: '', messages: 0, bytes: 0, bytesLocked: 0, publicKey: '' };
  }
  const faults: string[] = [];
  if (first.payload.parts !== parts.length) faults.push(`${parts.length} of ${first.payload.parts} parts are there`);
  let previous: string | undefined;
  let messages = 0;
  let bytes = 0;
  const locked: CertifiedMessage[] = [];
  for (const [index, part] of parts.entries()) {
    const name = `part ${index + 1}`;
    const { payload } = part;
    if (part.publicKey !== (key ?? first.publicKey)) faults.push(`${name} is signed with another key`);
    if (!isSigned(part, key ?? first.publicKey)) faults.push(`${name}: the signature does not match`);
    if (payload.part !== index + 1 || payload.jobId !== first.payload.jobId) faults.push(`${name} belongs elsewhere`);
    if (payload.previous !== previous) faults.push(`${name} does not follow the part before it`);
    previous = createHash('sha256').update(part.signature).digest('hex');
    messages += payload.messages.length;
    locked.push(...payload.messages.filter(({ lockedObjects }) => lockedObjects !== undefined));
    for (const { renditions } of payload.messages)
      bytes += renditions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }
  const { totals, jobId } = first.payload;
  if (totals.messages !== messages || totals.bytes !== bytes) faults.push('its totals are not those of its messages');
  const { publicKey } = first;
  const until = lastOf(locked.map(({ lockedUntil }) => lockedUntil));
  const ends = until === undefined ? {} : { lockedUntil: until };
  return {
    isValid: faults.length === 0,
    faults,
    jobId,
    messages,
    bytes,
    bytesLocked: locked.length,
    ...ends,
    publicKey,
  };
}

/** `undefined` where any is not known. */
function lastOf(times: readonly (string | undefined)[]): string | undefined {
  return times.includes(undefined) ? undefined : times.toSorted().at(-1);
}

function isSigned({ payload, signature }: CertificatePart, publicKey: string): boolean {
  try {
    return verify(null, Buffer.from(signedText(payload)), keyOf(publicKey), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function keyOf(publicKey: string): KeyObject {
  return createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
}

function partsOf(document: unknown): readonly CertificatePart[] {
  if (!isRecord(document) || !Array.isArray(document.certificate)) return [];
  return document.certificate.every(isPart) ? document.certificate : [];
}

function isPart(value: unknown): value is CertificatePart {
  if (!isRecord(value) || typeof value.signature !== 'string' || typeof value.publicKey !== 'string') return false;
  const { payload } = value;
  return (
    isRecord(payload) &&
    payload.kind === 'letterlock-deletion-certificate' &&
    payload.format === 1 &&
    typeof payload.jobId === 'string' &&
    isRecord(payload.totals) &&
    Array.isArray(payload.messages) &&
    payload.messages.every(
      (message) => isRecord(message) && Array.isArray(message.renditions) && message.renditions.every(isRecord),
    )
  );
}

function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
