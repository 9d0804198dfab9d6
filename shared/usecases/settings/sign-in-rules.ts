import { holds } from '../../domain/privilege.ts';
import type { User } from '../../domain/user.ts';

/** Who must have a second factor. */
export const OTP_REQUIREMENTS = ['nobody', 'administrators', 'everybody'] as const;

/** Rules for signing in. */
export interface SignInRules {
  readonly otpRequired: (typeof OTP_REQUIREMENTS)[number];
}

export const DEFAULT_SIGN_IN_RULES: SignInRules = { otpRequired: 'nobody' };

/** Whether the rules ask `user` for a second factor. */
export function mustHaveOtp({ otpRequired }: SignInRules, user: Pick<User, 'privileges'>): boolean {
  return otpRequired === 'everybody' || (otpRequired === 'administrators' && holds(user.privileges, 'admin'));
}
