import { createCipheriv, createDecipheriv } from 'node:crypto';
import { generateURI, verifySync } from 'otplib';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { readableBase32 } from './readable-base32.ts';

type SealPorts = Pick<Ports, 'secrets' | 'entropy'>;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** RFC 4226, 4: 160 bits. */
const SECRET_BYTES = 20;
/** RFC 6238, 5.2: one step either way, for clocks that differ and people who type slowly. */
const TOLERANCE_SECONDS = 30;
/** How long a used step is remembered: longer than it could be used again. */
const REMEMBER_SECONDS = 3_600;

/** As authenticator apps read it. */
export function newOtpSecret({ entropy }: Pick<Ports, 'entropy'>): string {
  return readableBase32(entropy.bytes(SECRET_BYTES));
}

/** What an authenticator app reads from a QR code. */
export function otpauthUrl(userName: string, secret: string): string {
  return generateURI({ issuer: 'Letterlock', label: userName, secret });
}

/** Encrypts a secret for the tables; bound to its user, so that it is of no use in another one's record. */
export async function sealSecret({ secrets, entropy }: SealPorts, userId: string, secret: string): Promise<string> {
  const nonce = entropy.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, await secrets.get('otp-sealing'), nonce).setAAD(Buffer.from(userId));
  const sealed = [nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return `1.${Buffer.concat(sealed).toString('base64url')}`;
}

/** The secret, or `undefined` where it cannot be opened, as after the key was lost: recovery codes still work then. */
export async function openSecret(
  { secrets }: Pick<Ports, 'secrets'>,
  userId: string,
  sealed: string,
): Promise<string | undefined> {
  const bytes = Buffer.from(sealed.replace(/^1\./, ''), 'base64url');
  const key = await secrets.get('otp-sealing');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(userId));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const secret = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return secret + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/**
 * Whether `code` is the one of now, by a secret in clear (RFC 6238: SHA-1, 6 digits, 30 s). The step it belongs to is
 * used up: the same code, or an older one, is refused from then on, also where it comes twice at once.
 */
export async function useCode(
  { tables, clock }: Pick<Ports, 'tables' | 'clock'>,
  userId: string,
  secret: string,
  code: string,
): Promise<boolean> {
  const token = code.replaceAll(' ', '');
  if (!/^\d{6}$/.test(token)) return false;
  const now = Math.floor(clock.now().getTime() / 1000);
  const result = verifySync({ secret, token, epoch: now, epochTolerance: TOLERANCE_SECONDS });
  if (!result.valid || !('timeStep' in result)) return false;

  const key = { pk: `otp-step#${userId}`, sk: '-' };
  const step = result.timeStep;
  const item = await tables.get('activity', key);
  if (item && typed<{ readonly step: number }>(item).data.step >= step) return false;
  const used = { ...key, version: (item?.version ?? 0) + 1, expiresAt: now + REMEMBER_SECONDS, data: dataOf({ step }) };
  const outcome = item
    ? await tables.putIfVersion('activity', used, item.version)
    : await tables.putIfAbsent('activity', used);
  return outcome === 'stored';
}
