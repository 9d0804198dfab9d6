import { createHash } from 'node:crypto';
import type { RenewingCredentials } from '../../domain/oauth-credentials.ts';
import type { Clock } from '../../ports/clock.ts';
import { requestToken, type TokenRequestOptions } from './request-token.ts';
import { tokenForm } from './token-form.ts';

/** A token is taken for spent so long before its end: signing in takes time, and clocks differ. */
const SPENT_BEFORE_MS = 60_000;
/** Stops memory from growing with the number of mailboxes; a token that is dropped is asked for again. */
const MAX_KEPT = 4_000;

/** An access token, and whether it was there before it was asked for. */
export interface AccessToken {
  readonly accessToken: string;
  readonly wasKept: boolean;
  /** The refresh token that counts from now on, of credentials that have one. */
  readonly refreshToken?: string;
}

interface KeptToken {
  readonly accessToken: string;
  readonly goodUntilMs: number;
  readonly refreshToken?: string;
}

/** The access tokens of this process. They are kept in memory alone, by all that they were asked for with. */
export class AccessTokens {
  readonly #clock: Clock;
  readonly #options: TokenRequestOptions;
  readonly #kept = new Map<string, KeptToken>();
  readonly #underWay = new Map<string, Promise<KeptToken>>();

  constructor(clock: Clock, options: TokenRequestOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /**
   * A token that is good for a minute at least, as far as its issuer said; never `refused`, which a server did not
   * take. Whoever asks at the same time shares one request. Throws `SourceError`.
   */
  async get(credentials: RenewingCredentials, { refused }: { readonly refused?: string } = {}): Promise<AccessToken> {
    const key = keyOf(credentials);
    const kept = this.#kept.get(key);
    if (kept && kept.accessToken !== refused && kept.goodUntilMs > this.#clock.now().getTime()) {
      return { ...answered(kept), wasKept: true };
    }
    const underWay = this.#underWay.get(key) ?? this.#request(key, credentials, kept?.refreshToken);
    return { ...answered(await underWay), wasKept: false };
  }

  #request(key: string, credentials: RenewingCredentials, newerRefreshToken: string | undefined): Promise<KeptToken> {
    const current =
      credentials.method === 'refreshToken' && newerRefreshToken !== undefined
        ? { ...credentials, refreshToken: newerRefreshToken }
        : credentials;
    const request = this.#ask(current)
      .then((token) => {
        this.#keep(key, token);
        // Those who have the new refresh token ask under another key.
        if (token.refreshToken !== undefined && credentials.method === 'refreshToken') {
          this.#keep(keyOf({ ...credentials, refreshToken: token.refreshToken }), token);
        }
        return token;
      })
      .catch((error: unknown) => {
        this.#kept.delete(key);
        throw error;
      })
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, request);
    return request;
  }

  async #ask(credentials: RenewingCredentials): Promise<KeptToken> {
    const now = this.#clock.now();
    const form = await tokenForm(credentials, now);
    const { accessToken, lifetimeSeconds, refreshToken } = await requestToken(
      credentials.tokenEndpoint,
      form,
      this.#options,
    );
    const goodUntilMs = now.getTime() + lifetimeSeconds * 1000 - SPENT_BEFORE_MS;
    if (credentials.method !== 'refreshToken') return { accessToken, goodUntilMs };
    return { accessToken, goodUntilMs, refreshToken: refreshToken ?? credentials.refreshToken };
  }

  #keep(key: string, token: KeptToken): void {
    this.#kept.delete(key);
    this.#kept.set(key, token);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function answered({ accessToken, refreshToken }: KeptToken) {
  return { accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) };
}

/** Who knows all of this could ask for the token as well. A service account's is of one user, others of any. */
function keyOf(credentials: RenewingCredentials): string {
  const { userName, ...rest } = credentials;
  const user = credentials.method === 'serviceAccount' ? [userName] : [];
  const named = Object.entries(rest).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([named, user]))
    .digest('base64url');
}
