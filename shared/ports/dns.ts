/** A mail exchanger (RFC 5321, 5.1). */
export interface MailExchanger {
  readonly priority: number;
  readonly exchange: string;
}

/**
 * Questions to the domain name system, each answered within a bounded time. Every method answers an empty list where
 * there is no such name or no such record, and throws `DnsError` where it gets no answer.
 */
export interface Dns {
  /** The texts of TXT records, the strings of each joined (RFC 7208, 3.3). */
  txt(name: string): Promise<readonly string[]>;
  /** The addresses of a host: A or AAAA records. */
  addresses(name: string, family: 4 | 6): Promise<readonly string[]>;
  mailExchangers(name: string): Promise<readonly MailExchanger[]>;
  /** The host names that PTR records of a name below `in-addr.arpa` or `ip6.arpa` give. */
  pointers(name: string): Promise<readonly string[]>;
}
