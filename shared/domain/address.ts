/** A mailbox as a header field shows it (RFC 5322, 3.4); `address` as written, without angle brackets. */
export interface Address {
  readonly name?: string;
  readonly address: string;
}

/**
 * The form in which addresses are compared: Unicode NFC, lower case in both halves. Local parts are
 * case-sensitive by RFC 5321, 2.4, but no mail system in use tells two people apart by case.
 */
export function normaliseAddress(address: string): string {
  return address.normalize('NFC').trim().toLowerCase();
}

/** The address without its sub-address (RFC 5233: `user+detail@domain`), or `undefined` where it has none. */
export function withoutDetail(normalisedAddress: string): string | undefined {
  const at = normalisedAddress.lastIndexOf('@');
  const plus = normalisedAddress.indexOf('+');
  if (plus <= 0 || plus > at) return undefined;
  return normalisedAddress.slice(0, plus) + normalisedAddress.slice(at);
}

/** The domain half in lower case, or an empty string for an address without one. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : address.slice(at + 1).toLowerCase();
}
