/** A mailbox as a header field shows it (RFC 5322, 3.4); `address` as written, without angle brackets. */
export interface Address {
  readonly name?: string;
  readonly address: string;
}

/**
 * The form in which addresses are compared: Unicode NFC, lower case in both halves, an internationalised domain
 * (RFC 5890) as its A-label. Local parts are case-sensitive by RFC 5321, 2.4, but no mail system in use tells two
 * people apart by case.
 */
export function normaliseAddress(address: string): string {
  const lower = address.normalize('NFC').trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  return at >= 0 && NOT_ASCII.test(lower.slice(at + 1))
    ? lower.slice(0, at + 1) + normaliseDomain(lower.slice(at + 1))
    : lower;
}

/** A domain as it is compared: lower case, U-labels as A-labels where they are valid (RFC 5891). */
function normaliseDomain(domain: string): string {
  const lower = domain.normalize('NFC').trim().toLowerCase();
  if (!NOT_ASCII.test(lower) || NOT_IN_A_NAME.test(lower)) return lower;
  return URL.canParse(`http://${lower}`) ? new URL(`http://${lower}`).hostname : lower;
}

const NOT_ASCII = /[^\p{ASCII}]/u;
/** ASCII that no domain name has. A URL would end its host there, or read it otherwise, and make two addresses one. */
const NOT_IN_A_NAME = /[^a-z0-9._\u0080-\u{10ffff}-]/u;

/** The address without its sub-address (RFC 5233: `user+detail@domain`), or `undefined` where it has none. */
export function withoutDetail(normalisedAddress: string): string | undefined {
  const at = normalisedAddress.lastIndexOf('@');
  const plus = normalisedAddress.indexOf('+');
  if (plus <= 0 || plus > at) return undefined;
  return normalisedAddress.slice(0, plus) + normalisedAddress.slice(at);
}

/** The domain half as it is compared, or an empty string for an address without one. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 0 ? '' : normaliseDomain(address.slice(at + 1));
}
