import type { MailCredentials } from './mail-server.ts';
import type { SignInName } from './profile.ts';

/** What may be shown of credentials. */
export function signInNameIn(credentials: MailCredentials): SignInName {
  const { method, userName } = credentials;
  switch (credentials.method) {
    case 'password': {
      const { authorisationId } = credentials;
      return { method, userName, ...(authorisationId === undefined ? {} : { authorisationId }) };
    }
    case 'bearer':
    case 'masterPassword':
      return { method, userName };
    case 'clientCredentials': {
      const { tokenEndpoint, clientId, scope } = credentials;
      return { method, userName, tokenEndpoint, clientId, scope };
    }
    case 'refreshToken': {
      const { tokenEndpoint, clientId, clientSecret, scope } = credentials;
      const shown = { method, userName, tokenEndpoint, clientId, hasClientSecret: clientSecret !== undefined };
      return { ...shown, ...(scope === undefined ? {} : { scope }) };
    }
    case 'serviceAccount': {
      const { tokenEndpoint, issuer, keyId, scope } = credentials;
      return { method, userName, tokenEndpoint, issuer, scope, ...(keyId === undefined ? {} : { keyId }) };
    }
  }
}

/** The names of the secrets that are kept sealed for it. */
export function sealedSecretsOf({ method, hasClientSecret }: SignInName): readonly string[] {
  switch (method) {
    case 'password':
    case 'masterPassword':
      return ['password'];
    case 'bearer':
      return ['accessToken'];
    case 'clientCredentials':
      return ['clientSecret'];
    case 'refreshToken':
      return hasClientSecret ? ['refreshToken', 'clientSecret'] : ['refreshToken'];
    case 'serviceAccount':
      return ['privateKey'];
  }
}
