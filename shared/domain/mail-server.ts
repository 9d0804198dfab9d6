import type { RenewingCredentials } from './oauth-credentials.ts';

/** How a connection to a mail server is protected: not at all, by an upgrade (STARTTLS, STLS), or from its first byte. */
export type Security = 'plain' | 'starttls' | 'tls';

/** A mail server, as a profile names it. */
export interface MailServer {
  readonly protocol: 'imap' | 'pop3';
  /** Host name or address. */
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  /** Takes certificates that nobody vouches for. What is said to the server can be overheard then; profile and job warn. */
  readonly acceptAllCertificates: boolean;
  /** After so long without a byte from the server the session is given up. */
  readonly timeoutSeconds: number;
}

/** What a session is opened with. Secret: sealed at rest, never shown, never logged. */
export type SignInCredentials =
  | {
      readonly method: 'password';
      readonly userName: string;
      readonly password: string;
      /** Whose mailbox it is, where another user signs in (SASL PLAIN authorisation identity, RFC 4616). */
      readonly authorisationId?: string;
    }
  | {
      /** XOAUTH2 or OAUTHBEARER (RFC 7628), whichever the server offers. */
      readonly method: 'bearer';
      readonly userName: string;
      readonly accessToken: string;
    }
  | {
      /** Kerio Connect's master authentication: one password, of no user, opens every mailbox; IMAP only. */
      readonly method: 'masterPassword';
      /** Whose mailbox it is. */
      readonly userName: string;
      readonly password: string;
    };

/** What a profile signs in with, or gets tokens with that sign in. Secret as those. */
export type MailCredentials = SignInCredentials | RenewingCredentials;

/** The port that a protocol has by convention (RFC 8314, 7.3; RFC 9051; RFC 1939). */
export function defaultPort(protocol: MailServer['protocol'], security: Security): number {
  if (protocol === 'imap') return security === 'tls' ? 993 : 143;
  return security === 'tls' ? 995 : 110;
}
