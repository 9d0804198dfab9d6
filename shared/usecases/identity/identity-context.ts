import type { Ports } from '../../ports/ports.ts';
import { NEW_USERS_KEY, SIGN_IN_RULES_KEY } from '../configuration/configuration-keys.ts';
import { Setting } from '../configuration/setting.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { NEW_USER_DEFAULTS, type NewUserDefaults } from '../settings/new-user-defaults.ts';
import { DEFAULT_SIGN_IN_RULES, type SignInRules } from '../settings/sign-in-rules.ts';
import { ApiKeyBook } from './api-key-book.ts';
import { PASSWORD_COST, type PasswordCost } from './password-hash.ts';
import { SessionBook } from './session-book.ts';
import { SignInGate } from './sign-in-gate.ts';

export type IdentityPorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy' | 'secrets'>;

/** What the use cases of users and sessions work with; one per process. */
export interface IdentityContext {
  readonly ports: IdentityPorts;
  readonly configuration: ConfigurationContext;
  readonly sessions: SessionBook;
  readonly apiKeys: ApiKeyBook;
  readonly signInRules: Setting<SignInRules>;
  readonly newUsers: Setting<NewUserDefaults>;
  readonly gate: SignInGate;
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
  return {
    ports,
    configuration,
    sessions: new SessionBook(ports, ttlMs),
    apiKeys: new ApiKeyBook(ports, ttlMs),
    signInRules: new Setting(ports, { key: SIGN_IN_RULES_KEY, defaults: DEFAULT_SIGN_IN_RULES, ttlMs }),
    newUsers: new Setting(ports, { key: NEW_USERS_KEY, defaults: NEW_USER_DEFAULTS, ttlMs }),
    gate: new SignInGate(),
    passwordCost,
  };
}
