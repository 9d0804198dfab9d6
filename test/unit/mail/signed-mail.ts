import { generateKeyPairSync } from 'node:crypto';
import { sealMessage } from 'mailauth/lib/arc/index.js';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

/** A key that signs mail, and the record that DNS has of it. */
export interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  readonly privateKey: string;
  /** Where the record is. */
  readonly name: string;
  readonly record: string;
}

export function newKey(domain: string, selector = 'mail', flags = ''): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const record = `v=DKIM1; k=rsa; ${flags}p=${publicKey.toString('base64')}`;
  return { domain, selector, privateKey, name: `${selector}._domainkey.${domain}`, record };
}

/** The TXT records of these keys. */
export function recordsOf(...keys: readonly SigningKey[]): Record<string, readonly string[]> {
  return Object.fromEntries(keys.map(({ name, record }) => [name, [record]]));
}

export interface SignOptions {
  readonly algorithm?: string;
  /** l=, how much of the body is signed. */
  readonly maxBodyLength?: number;
  readonly expires?: Date;
  readonly signTime?: Date;
  readonly canonicalization?: string;
}

/** The message with a DKIM-Signature on top. */
export async function dkimSigned(raw: string | Buffer, key: SigningKey, options: SignOptions = {}): Promise<Buffer> {
  const { domain: signingDomain, selector, privateKey } = key;
  const own = { signingDomain, selector, privateKey, ...options };
  const message = Buffer.from(raw);
  const { signatures, errors } = await dkimSign(message, { ...own, signatureData: [own] });
  if (errors[0]) throw errors[0].err;
  return Buffer.concat([Buffer.from(signatures), message]);
}

/** The message with an ARC set on top (RFC 8617, 5.1). */
export async function arcSealed(message: Buffer, key: SigningKey, cv: 'none' | 'pass'): Promise<Buffer> {
  const { domain: signingDomain, selector, privateKey } = key;
  const authResults = `${signingDomain}; dkim=pass`;
  const set = await sealMessage(message, { signingDomain, selector, privateKey, cv, authResults });
  return Buffer.concat([set, message]);
}
