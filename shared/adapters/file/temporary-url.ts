import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ObjectKey } from '../../ports/object-store.ts';

const PATH = '/exports-access/';

/** What a temporary URL gives access to. */
export interface TemporaryAccess {
  /** Which store the key belongs to, as its signer was named. */
  readonly bucket: string;
  readonly key: ObjectKey;
  readonly contentType: string;
  readonly fileName: string;
}

/** Returns a host-relative URL that `verifyTemporaryUrl` accepts until `expiresAt` (to the second). */
export function signTemporaryUrl(access: TemporaryAccess, expiresAt: Date, signingKey: Uint8Array): string {
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const query = new URLSearchParams({
    expires: String(expires),
    type: access.contentType,
    name: access.fileName,
    signature: sign(access, expires, signingKey).toString('hex'),
  });
  return `${PATH}${access.bucket}/${access.key}?${query}`;
}

/**
 * Returns what a URL (path and query) gives access to at `now`, or `undefined` where it was not signed
 * with this key, was changed, or has expired.
 */
export function verifyTemporaryUrl(url: string, signingKey: Uint8Array, now: Date): TemporaryAccess | undefined {
  const parsed = URL.parse(url, 'http://localhost');
  if (!parsed?.pathname.startsWith(PATH)) return undefined;
  const [bucket = '', ...segments] = parsed.pathname.slice(PATH.length).split('/');
  const expires = Number(parsed.searchParams.get('expires'));
  const access = {
    bucket,
    key: segments.join('/'),
    contentType: parsed.searchParams.get('type') ?? '',
    fileName: parsed.searchParams.get('name') ?? '',
  };
  const signature = Buffer.from(parsed.searchParams.get('signature') ?? '', 'hex');
  const expected = sign(access, expires, signingKey);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
  return now.getTime() < expires * 1000 ? access : undefined;
}

function sign(access: TemporaryAccess, expires: number, signingKey: Uint8Array): Buffer {
  const { bucket, key, contentType, fileName } = access;
  return createHmac('sha256', signingKey)
    .update(JSON.stringify([bucket, key, expires, contentType, fileName]))
    .digest();
}
