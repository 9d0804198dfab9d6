/** Bounds of the SMTP listener; each says what it stops. */
export const SMTP_LIMITS = {
  /** Connections at once: stops a flood from taking all sockets and memory. */
  maxConnections: 200,
  /** RCPT TO in a transaction (RFC 5321, 4.5.3.1.8 asks for at least 100). */
  maxRecipients: 1_000,
  /** Silence after which a connection is closed (RFC 5321, 4.5.3.2 asks for 5 minutes): stops idle connections. */
  socketTimeoutMs: 5 * 60_000,
  /** Time a whole message may take: stops senders of a byte a minute. */
  dataTimeoutMs: 30 * 60_000,
  /** How long a clean end waits for transactions that are under way. */
  closeTimeoutMs: 10_000,
  /** Messages being received at once: the rest gets 451 and comes again. */
  maxReceiving: 64,
  /** Arrivals that wait to be filed: beyond this, 451 until filing has caught up. */
  maxQueued: 20_000,
} as const;
