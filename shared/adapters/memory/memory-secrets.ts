import type { Entropy } from '../../ports/entropy.ts';
import type { SecretName, Secrets } from '../../ports/secrets.ts';

/** Secrets that last as long as the object. */
export function createMemorySecrets(entropy: Entropy): Secrets {
  const secrets = new Map<SecretName, Uint8Array>();
  return {
    async get(name) {
      const secret = secrets.get(name) ?? entropy.bytes(32);
      secrets.set(name, secret);
      return new Uint8Array(secret);
    },
  };
}
