import {
  createSecretsManagerClient,
  createSecretsManagerSecrets,
} from '../../shared/adapters/secrets-manager/secrets-manager-secrets.ts';
import type { SecretName, Secrets } from '../../shared/ports/secrets.ts';
import type { Environment } from './environment.ts';
import { secretVariable } from './variables.ts';

/** The secrets that this function reads. */
export function cloudSecrets(environment: Environment, names: readonly SecretName[]): Secrets {
  const secretIds = Object.fromEntries(names.map((name) => [name, environment.text(secretVariable(name))]));
  return createSecretsManagerSecrets({ client: createSecretsManagerClient(), secretIds });
}
