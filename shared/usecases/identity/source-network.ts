/**
 * What attempts from an address are counted under: an IPv4 address itself, also where it is written as
 * IPv6 (RFC 4291, 2.5.5.2); of an IPv6 address its /64, which a single site has to itself.
 */
export function networkOf(sourceIp: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(sourceIp)?.[1];
  if (mapped !== undefined) return mapped;
  if (!sourceIp.includes(':')) return sourceIp || 'unknown';
  const [head = '', tail] = sourceIp.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...(tail ? tail.split(':') : [])];
  return all.slice(0, 4).join(':');
}

/** Whether an address is this machine's own (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(sourceIp: string): boolean {
  return sourceIp === '::1' || /^127\./.test(networkOf(sourceIp));
}
