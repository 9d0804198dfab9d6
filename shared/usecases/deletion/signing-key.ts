import { createHmac, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import type { Ports } from '../../ports/ports.ts';
import type { ItemKey } from '../../ports/tables.ts';

/** What certificates are made with: nobody but the function that purges has it. */
export interface ProofKeys {
  /** SPKI, DER, base64. */
  readonly publicKey: string;
  /** Ed25519, base64. */
  sign(text: string): string;
  /** A keyed hash (HMAC-SHA-256) of a content hash, lowercase hex. */
  saltedHash(contentHash: string): string;
}

/** PKCS #8 around a seed of 32 bytes (RFC 8410, 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;

/** Both keys come of one secret, each by a derivation of its own. */
export async function proofKeys({ secrets }: Pick<Ports, 'secrets'>): Promise<ProofKeys> {
  const secret = await secrets.get('deletion-proof');
  const derived = (info: string) => Buffer.from(hkdfSync('sha256', secret, '', info, KEY_BYTES));
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, derived('certificate-signing')]),
    format: 'der',
    type: 'pkcs8',
  });
  const salt = derived('content-hashes');
  return {
    publicKey: exported(createPublicKey(privateKey)),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    saltedHash: (contentHash) => createHmac('sha256', salt).update(contentHash).digest('hex'),
  };
}

function exported(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** The public key is written down where the API, which has no part in signing, can read it. */
const CERTIFICATE_KEY: ItemKey = { pk: 'certificate-key', sk: '-' };

/** Keeps the public key; safe to repeat. */
export async function publishKey({ tables }: Pick<Ports, 'tables'>, { publicKey }: ProofKeys): Promise<void> {
  await tables.put('configuration', { ...CERTIFICATE_KEY, version: 1, data: { publicKey } });
}

/**
 * Has whoever holds the secret publish the key where it is not, as after a rebuild of the tables. To be called at a start,
 * and every few minutes. Answers whether it asked.
 */
export async function askForKey(ports: Pick<Ports, 'tables' | 'queue'>): Promise<boolean> {
  if ((await publishedKey(ports)) !== undefined) return false;
  // As a list of purges, so that whoever knows only those does nothing with it.
  await ports.queue.send('purges', JSON.stringify({ archiveIds: [], publishesKey: true }));
  return true;
}

/** Whether a message of the queue `purges` asks for the key. */
export function asksForKey(body: object): boolean {
  return 'publishesKey' in body && body.publishesKey === true;
}

/** What certificates are verified with; `undefined` in the first minutes of an archive. SPKI, DER, base64. */
export async function publishedKey({ tables }: Pick<Ports, 'tables'>): Promise<string | undefined> {
  const publicKey = (await tables.get('configuration', CERTIFICATE_KEY))?.data.publicKey;
  return typeof publicKey === 'string' ? publicKey : undefined;
}
