import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { ListedAccount } from '../../domain/account-list.ts';
import type { MailCredentials } from '../../domain/mail-server.ts';
import { DamagedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = '1.';

/** Encrypts credentials for the tables; bound to their profile, so that they are of no use in another one's record. */
export function sealCredentials(
  ports: Pick<Ports, 'secrets' | 'entropy'>,
  profileId: string,
  credentials: MailCredentials,
): Promise<string> {
  return seal(ports, profileId, credentials);
}

/** The same for a part of a list of accounts. */
export function sealAccounts(
  ports: Pick<Ports, 'secrets' | 'entropy'>,
  profileId: string,
  accounts: readonly ListedAccount[],
): Promise<string> {
  return seal(ports, profileId, accounts);
}

async function seal(
  { secrets, entropy }: Pick<Ports, 'secrets' | 'entropy'>,
  profileId: string,
  secret: object,
): Promise<string> {
  const nonce = entropy.bytes(NONCE_BYTES);
  const key = await secrets.get('credential-sealing');
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(profileId));
  const sealed = [nonce, cipher.update(JSON.stringify(secret), 'utf8'), cipher.final(), cipher.getAuthTag()];
  return FORMAT + Buffer.concat(sealed).toString('base64url');
}

/** Throws `DamagedError` for what was not sealed for this profile with today's key: the credentials must be given again. */
export async function openCredentials(
  ports: Pick<Ports, 'secrets'>,
  profileId: string,
  sealed: string,
): Promise<MailCredentials> {
  return JSON.parse(await open(ports, profileId, sealed));
}

/** What `sealAccounts` sealed; throws as `openCredentials` does. */
export async function openAccounts(
  ports: Pick<Ports, 'secrets'>,
  profileId: string,
  sealed: string,
): Promise<readonly ListedAccount[]> {
  return JSON.parse(await open(ports, profileId, sealed));
}

async function open({ secrets }: Pick<Ports, 'secrets'>, profileId: string, sealed: string): Promise<string> {
  const key = await secrets.get('credential-sealing');
  const bytes = Buffer.from(sealed.slice(FORMAT.length), 'base64url');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(profileId));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new DamagedError(`the credentials of profile ${profileId}`, 'they cannot be opened', { cause });
  }
}
