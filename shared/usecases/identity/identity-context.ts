import type { Ports } from '../../ports/ports.ts';
import type { ConfigurationContext } from '../mailboxes/configuration-context.ts';
import { PASSWORD_COST, type PasswordCost } from './password-hash.ts';
import { SessionBook } from './session-book.ts';

export type IdentityPorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy' | 'secrets'>;

/** What the use cases of users and sessions work with; one per process. */
export interface IdentityContext {
  readonly ports: IdentityPorts;
  readonly configuration: ConfigurationContext;
  readonly sessions: SessionBook;
  readonly passwordCost: PasswordCost;
}

export interface IdentityOptions {
  readonly configuration: ConfigurationContext;
  /** How old the state of a session or user may be: how long a revocation in another process takes. */
  readonly ttlMs?: number;
  /** Cheaper for tests only. */
  readonly passwordCost?: PasswordCost;
}

export function createIdentityContext(
  ports: IdentityPorts,
  { configuration, ttlMs, passwordCost = PASSWORD_COST }: IdentityOptions,
): IdentityContext {
  return { ports, configuration, sessions: new SessionBook(ports, ttlMs), passwordCost };
}
