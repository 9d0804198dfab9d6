import { type Environment, readCredentials } from './credentials.ts';
import { NotSignedInError, UsageError } from './failures.ts';

/** Where a system started with `npm start` listens. */
export const DEFAULT_URL = 'http://127.0.0.1:8420';

/** Which system to talk to, and as whom. */
export interface Connection {
  readonly url: string;
  readonly token?: string;
}

/**
 * What the environment (`LETTERLOCK_URL`, `LETTERLOCK_TOKEN`) says, else the stored login. A stored token goes to the
 * system that issued it and to no other. Throws `NotSignedInError` where there is no token.
 */
export async function connectionOf(environment: Environment): Promise<Connection> {
  const ownUrl = environment.LETTERLOCK_URL;
  const ownToken = environment.LETTERLOCK_TOKEN;
  const stored = ownUrl && ownToken ? undefined : await readCredentials(environment);
  const url = baseUrl(ownUrl || stored?.url || DEFAULT_URL);
  const token = ownToken || (stored?.url === url ? stored.token : undefined);
  if (token === undefined) throw new NotSignedInError(`not signed in to ${url}; run "letterlock login"`);
  return { url, token };
}

/** An address as users write it (with or without `/api/v1`, a slash at the end) as the base address of a system. */
export function baseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new UsageError(`not an address of a system: ${text}; it looks like ${DEFAULT_URL}`);
  }
  if (url.username || url.password) throw new UsageError('give the user name with --user, not in the address');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
  return url.origin + path;
}

/** Whether what is sent to `url` can be read on the way: plain HTTP to another machine. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
