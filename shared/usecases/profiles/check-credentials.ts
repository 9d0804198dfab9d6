import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { MailCredentials } from '../../domain/mail-server.ts';
import { tokenEndpointFault } from '../../domain/token-endpoint.ts';
import { InvalidRequestError } from '../../errors.ts';

/** Stops keys that jose refuses, and those that take seconds to sign with. */
const RSA_BITS = { least: 2_048, most: 8_192 };

/**
 * Throws `InvalidRequestError`, never with a secret in it, for what no line of a protocol could carry, an endpoint that
 * no secret may be sent to, and a key that signs nothing.
 */
export function checkCredentials(credentials: MailCredentials): void {
  for (const [name, value] of Object.entries(credentials)) {
    if (name === 'privateKey' || typeof value !== 'string') continue;
    // U+0001 ends a field of XOAUTH2 and OAUTHBEARER (RFC 7628, 3.1).
    if (/[\0\r\n]/.test(value) || value.includes('\u0001'))
      throw new InvalidRequestError('credentials: must be one line');
  }
  if ('tokenEndpoint' in credentials) {
    const fault = tokenEndpointFault(credentials.tokenEndpoint);
    if (fault !== undefined) throw new InvalidRequestError(`credentials.tokenEndpoint: ${fault}`);
  }
  if (credentials.method === 'serviceAccount' && !canSign(credentials.privateKey)) {
    throw new InvalidRequestError('credentials.privateKey: no PKCS#8 key (PEM) of RSA, 2048 bits or more, or P-256');
  }
}

function canSign(privateKey: string): boolean {
  const key = keyIn(privateKey);
  const { modulusLength = 0, namedCurve } = key?.asymmetricKeyDetails ?? {};
  if (key?.asymmetricKeyType === 'rsa') return modulusLength >= RSA_BITS.least && modulusLength <= RSA_BITS.most;
  return key?.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1';
}

function keyIn(privateKey: string): KeyObject | undefined {
  try {
    return createPrivateKey(privateKey);
  } catch {
    return undefined;
  }
}
