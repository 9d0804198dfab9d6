import { z } from 'zod';
import { getUser } from '../../../shared/usecases/identity/find-users.ts';
import { confirmOtp, disableOtp, enrolOtp, resetOtp } from '../../../shared/usecases/identity/otp.ts';
import { mustHaveOtp } from '../../../shared/usecases/settings/sign-in-rules.ts';
import { created, noContent, ok } from '../api-response.ts';
import { type Route, route } from '../route.ts';
import { secondFactorRule } from '../rules/user-rules.ts';
import { id } from '../schemas/fields.ts';
import {
  EnrolmentSchema,
  OtpCodeSchema,
  OtpStateSchema,
  OwnPasswordSchema,
  RecoveryCodesSchema,
} from '../schemas/identity.ts';

const privilege = 'login';
const whileEnrolling = true;

export const otpRoutes: readonly Route[] = [
  route(
    'GET',
    '/me/otp',
    { summary: 'Your second factor', privilege, whileEnrolling, responses: { 200: OtpStateSchema } },
    async ({ api: { settings }, caller }) => {
      const user = await getUser(settings.identity.ports, caller.userName);
      const { otp, pendingOtp } = user;
      return ok({
        state: otp ? 'on' : pendingOtp === undefined ? 'off' : 'pending',
        required: mustHaveOtp(await settings.identity.signInRules.get(), user),
        ...(otp ? { confirmedAt: otp.confirmedAt } : {}),
        recoveryCodesLeft: otp?.recoveryHashes.length ?? 0,
      });
    },
  ),
  route(
    'POST',
    '/me/otp',
    {
      summary: 'Enrol a second factor (TOTP, RFC 6238); it counts once it is confirmed',
      privilege,
      whileEnrolling,
      body: OwnPasswordSchema,
      responses: { 201: EnrolmentSchema },
    },
    async ({ api, caller, request: { sourceIp }, body }) =>
      created(await enrolOtp(api.settings.identity, caller, { ...body, sourceIp })),
  ),
  route(
    'POST',
    '/me/otp/confirm',
    {
      summary: 'Confirm it by a first code; answers the recovery codes, this once',
      privilege,
      whileEnrolling,
      body: OtpCodeSchema,
      responses: { 200: RecoveryCodesSchema },
    },
    async ({ api, caller, body }) => ok({ recoveryCodes: await confirmOtp(api.settings.identity, caller, body.otp) }),
  ),
  route(
    'DELETE',
    '/me/otp',
    {
      summary: 'Switch your second factor off, with your password',
      privilege,
      whileEnrolling,
      body: OwnPasswordSchema,
      responses: { 204: null },
    },
    async ({ api, caller, request: { sourceIp }, body }) => {
      await disableOtp(api.settings.identity, caller, { ...body, sourceIp });
      return noContent();
    },
  ),
  route(
    'DELETE',
    '/users/{userName}/otp',
    {
      summary: 'Take the second factor of a user away who lost it',
      privilege: 'admin',
      params: z.object({ userName: id }),
      responses: { 204: null },
      sensitive: secondFactorRule,
    },
    async ({ api, params: { userName } }) => {
      await resetOtp(api.settings.identity, userName);
      return noContent();
    },
  ),
];
