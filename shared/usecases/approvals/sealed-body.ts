import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { DamagedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';

type SealPorts = Pick<Ports, 'secrets' | 'entropy'>;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Fields that hold secrets, wherever they stand in a body. */
const SECRET_FIELD = /password|secret|otp/i;
/** What stands in the place of a secret. */
const HIDDEN = '(hidden)';

/** A body for people's eyes: its secrets are hidden. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, field]) => {
    return [name, SECRET_FIELD.test(name) ? HIDDEN : withoutSecrets(field)];
  });
  return Object.fromEntries(entries);
}

/** A body encrypted for this approval alone. */
export async function sealBody(ports: SealPorts, approvalId: string, body: unknown): Promise<string> {
  const nonce = ports.entropy.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, await keyOf(ports), nonce).setAAD(Buffer.from(approvalId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(body)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Throws `DamagedError` for what was not sealed for this approval by this system. */
export async function openBody(ports: Pick<Ports, 'secrets'>, approvalId: string, text: string): Promise<unknown> {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, await keyOf(ports), bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(approvalId))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return JSON.parse(Buffer.concat([decipher.update(body), decipher.final()]).toString());
  } catch (error) {
    throw new DamagedError(`approval ${approvalId}`, 'its request cannot be opened', { cause: error });
  }
}

async function keyOf({ secrets }: Pick<Ports, 'secrets'>): Promise<Buffer> {
  return createHmac('sha256', await secrets.get('session-signing'))
    .update('approval request')
    .digest();
}
