import { hkdfSync } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DamagedError } from '../../errors.ts';
import type { SecretName, Secrets } from '../../ports/secrets.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { translated } from '../aws/failures.ts';

const SECRET_BYTES = 32;
/** A generated text of so many characters holds more than 32 random bytes. */
const LEAST_CHARACTERS = 44;

/** A client as `createSecretsManagerSecrets` wants it. */
export function createSecretsManagerClient(place: ClientPlace = {}): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(place, { attempts: 5, timeoutMs: 10_000 }));
}

/**
 * `Secrets` out of texts that were generated when the system was deployed, one for each name, of at least 44
 * characters; the 32 bytes are derived (HKDF, RFC 5869). Read once and kept for as long as the process lives.
 * Throws `DamagedError` where a text is missing or too short to have been generated.
 */
export function createSecretsManagerSecrets(options: {
  readonly client: SecretsManagerClient;
  /** ARN or name of each; left out: secrets that this function never asks for. */
  readonly secretIds: { readonly [Name in SecretName]?: string };
}): Secrets {
  const known = new Map<SecretName, Promise<Uint8Array>>();
  return {
    async get(name) {
      const secret = known.get(name) ?? load(options, name);
      known.set(name, secret);
      try {
        return new Uint8Array(await secret);
      } catch (error) {
        known.delete(name);
        throw error;
      }
    },
  };
}

async function load(
  { client, secretIds }: Parameters<typeof createSecretsManagerSecrets>[0],
  name: SecretName,
): Promise<Uint8Array> {
  const id = secretIds[name];
  if (id === undefined) throw new TypeError(`no id was given for the secret ${name}`);
  const { SecretString: text = '' } = await translated(`read the secret ${name}`, () =>
    client.send(new GetSecretValueCommand({ SecretId: id })),
  );
  if (text.length < LEAST_CHARACTERS) {
    throw new DamagedError(`the secret ${name}`, `it has ${text.length} characters, of at least ${LEAST_CHARACTERS}`);
  }
  return new Uint8Array(hkdfSync('sha256', text, '', `letterlock ${name}`, SECRET_BYTES));
}
