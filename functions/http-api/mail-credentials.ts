import type { z } from 'zod';
import type { MailCredentials } from '../../shared/domain/mail-server.ts';
import type { SignInName } from '../../shared/domain/profile.ts';
import { readServiceAccountKey } from '../../shared/domain/service-account-key.ts';
import { sealedSecretsOf } from '../../shared/domain/sign-in-name.ts';
import { InvalidRequestError } from '../../shared/errors.ts';
import { given } from './given.ts';
import type { GivenMailCredentials, shownCredentials } from './schemas/mail-credentials.ts';

/** Credentials as a client gave them; the file of a key is read. Throws `InvalidRequestError`. */
export function givenCredentials(credentials: GivenMailCredentials): MailCredentials {
  if (!('key' in credentials)) return given(credentials);
  const { key, ...rest } = credentials;
  const reading = readServiceAccountKey(key);
  if ('fault' in reading) throw new InvalidRequestError(`credentials.key: ${reading.fault}`);
  return { ...rest, ...reading };
}

/** What of them may be answered. */
export function shownSignIn(signIn: SignInName): z.input<typeof shownCredentials> {
  const { hasClientSecret: _told, ...shown } = signIn;
  return { ...shown, sealed: [...sealedSecretsOf(signIn)] };
}
