/** Longer than any endpoint; stops a setting that is no URL. */
const MAX_LENGTH = 2_000;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * What is wrong with the URL of a token endpoint (RFC 6749, 3.2), or `undefined`. Secrets go there: `https`, or `http`
 * to this machine itself. As with mail servers, the address may be a private one.
 */
export function tokenEndpointFault(endpoint: string): string | undefined {
  const url = endpoint.length <= MAX_LENGTH ? URL.parse(endpoint) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'no https URL';
  if (url.username !== '' || url.password !== '') return 'must not name a user';
  if (url.hash !== '' || endpoint.includes('#')) return 'must not have a fragment';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return 'must begin with https://';
  return undefined;
}

/** Whether what is said to it can be overheard, on this machine at most. */
export function isPlainEndpoint(endpoint: string): boolean {
  return URL.parse(endpoint)?.protocol !== 'https:';
}
