import { z } from 'zod';
import { text } from './fields.ts';

const userName = z.string().min(1).max(400).meta({ description: 'Who signs in, or whose mailbox it is' });
const secret = z.string().min(1).max(10_000);
/** A key of 8192 bits has 6,500 characters as PEM; in the file of a service account, with escapes, some more. */
const key = z.string().min(1).max(20_000);
const scope = text(1_000).meta({ description: 'Scopes, separated by spaces' });
const tokenEndpoint = z
  .string()
  .min(1)
  .max(2_000)
  .meta({ description: 'https (http to the loopback interface only); redirects are not followed' });
const clientId = text(400);

/** What a client may give to sign in with; what is a secret is never answered. */
export const mailCredentials = z.union(
  [
    z.strictObject({
      method: z.literal('password').default('password'),
      userName,
      password: secret,
      authorisationId: z
        .string()
        .min(1)
        .max(400)
        .optional()
        .meta({ description: 'Whose mailbox it is, where another user signs in (SASL PLAIN, RFC 4616)' }),
    }),
    z.strictObject({ method: z.literal('bearer'), userName, accessToken: secret }),
    z
      .strictObject({ method: z.literal('masterPassword'), userName, password: secret })
      .meta({ description: 'Master authentication of Kerio Connect' }),
    z
      .strictObject({
        method: z.literal('clientCredentials'),
        userName,
        tokenEndpoint,
        clientId,
        clientSecret: secret,
        scope,
      })
      .meta({ description: 'An application in its own name (RFC 6749, 4.4): Microsoft 365' }),
    z
      .strictObject({
        method: z.literal('refreshToken'),
        userName,
        tokenEndpoint,
        clientId,
        clientSecret: secret.optional(),
        refreshToken: secret,
        scope: scope.optional(),
      })
      .meta({ description: 'An application in the name of somebody who agreed to it (RFC 6749, 6)' }),
    z
      .strictObject({
        method: z.literal('serviceAccount'),
        userName,
        key: key.meta({ description: 'The JSON file of the key, as text' }),
        scope,
      })
      .meta({ description: 'Domain-wide delegation (RFC 7523): Google Workspace' }),
    z.strictObject({
      method: z.literal('serviceAccount'),
      userName,
      tokenEndpoint,
      issuer: text(400),
      privateKey: key.meta({ description: 'PKCS#8, PEM' }),
      keyId: text(200).optional(),
      scope,
    }),
  ],
  'must be {userName, password, authorisationId?}, or have a method: {method: "bearer", userName, accessToken}, ' +
    '{method: "masterPassword", userName, password}, ' +
    '{method: "clientCredentials", userName, tokenEndpoint, clientId, clientSecret, scope}, ' +
    '{method: "refreshToken", userName, tokenEndpoint, clientId, clientSecret?, refreshToken, scope?}, ' +
    '{method: "serviceAccount", userName, key, scope} or ' +
    '{method: "serviceAccount", userName, tokenEndpoint, issuer, privateKey, keyId?, scope}',
);

export type GivenMailCredentials = z.output<typeof mailCredentials>;

/** What is answered of them. */
export const shownCredentials = z
  .object({
    method: z.enum(['password', 'bearer', 'masterPassword', 'clientCredentials', 'refreshToken', 'serviceAccount']),
    userName: z.string(),
    authorisationId: z.string().optional(),
    tokenEndpoint: z.string().optional(),
    clientId: z.string().optional(),
    issuer: z.string().optional(),
    keyId: z.string().optional(),
    scope: z.string().optional(),
    sealed: z.array(z.string()).meta({ description: 'The names of the secrets that are kept' }),
  })
  .meta({ description: 'Without the secrets, which are never shown' });
