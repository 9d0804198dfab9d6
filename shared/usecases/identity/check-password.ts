import { principalKey } from '../../domain/user-name.ts';
import { InvalidRequestError } from '../../errors.ts';
import { isCommonPassword } from './common-passwords.ts';

const MIN_LENGTH = 8;
/** Longer ones cost the hash nothing, but the request body. */
export const MAX_PASSWORD_LENGTH = 1_024;

/** Throws `InvalidRequestError` for a password that is too short or too long, among the most common, or the user's name. */
export function checkPassword(password: string, userName: string): void {
  const { length } = password.normalize('NFC');
  if (length < MIN_LENGTH || length > MAX_PASSWORD_LENGTH) {
    throw new InvalidRequestError(`password: a password has ${MIN_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`);
  }
  if (isCommonPassword(password.normalize('NFC'))) {
    throw new InvalidRequestError('password: this is among the passwords that are tried first; take another one');
  }
  if (principalKey(password) === principalKey(userName)) {
    throw new InvalidRequestError('password: a password is not the user name');
  }
}
