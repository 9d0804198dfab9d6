interface TokenRequest {
  /** Whose mailbox it is. */
  readonly userName: string;
  /** Where tokens are asked for; `tokenEndpointFault` finds nothing wrong with it. */
  readonly tokenEndpoint: string;
}

/** An application asks in its own name (RFC 6749, 4.4); its token opens every mailbox that it was given. */
export interface ClientCredentials extends TokenRequest {
  readonly method: 'clientCredentials';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** An application asks in the name of a person who agreed to it once (RFC 6749, 6). */
export interface RefreshTokenCredentials extends TokenRequest {
  readonly method: 'refreshToken';
  readonly clientId: string;
  /** Absent for an application that cannot keep one (a public client). */
  readonly clientSecret?: string;
  readonly refreshToken: string;
  /** Left out: what was agreed to. */
  readonly scope?: string;
}

/** An account of the domain asks in the name of the user, by an assertion that it signs (RFC 7523, 2.1). */
export interface ServiceAccountCredentials extends TokenRequest {
  readonly method: 'serviceAccount';
  /** Who signs: `client_email` of a Google service account. */
  readonly issuer: string;
  /** PKCS#8, PEM. */
  readonly privateKey: string;
  /** Which of the issuer's keys it is. */
  readonly keyId?: string;
  readonly scope: string;
}

/** What gets OAuth 2.0 access tokens, each of which signs in for about an hour. Secret, as all credentials. */
export type RenewingCredentials = ClientCredentials | RefreshTokenCredentials | ServiceAccountCredentials;

export type RenewingMethod = RenewingCredentials['method'];

/** Whether these get tokens rather than sign in themselves. */
export function isRenewing<Other extends { readonly method: string }>(
  credentials: Other | RenewingCredentials,
): credentials is RenewingCredentials {
  const { method } = credentials;
  return method === 'clientCredentials' || method === 'refreshToken' || method === 'serviceAccount';
}
