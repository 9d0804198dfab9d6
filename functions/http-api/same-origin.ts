/**
 * Whether a browser sent a request from a page of this very origin. Browsers say so in Sec-Fetch-Site,
 * which no script can set; those that do not (older ones, and plain HTTP to another machine) send Origin
 * with everything but GET and HEAD, and its host is then that of the request.
 */
export function isSameOrigin(headers: { readonly [name: string]: string | undefined }): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin = '', host } = headers;
  if (host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === (headers['x-forwarded-host'] ?? host).toLowerCase();
}
