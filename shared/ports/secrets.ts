/**
 * `session-signing`: signs session tokens. `otp-sealing`: encrypts the secrets of second factors. `url-signing`: signs
 * temporary URLs of the local system. `credential-sealing`: encrypts what profiles sign in to mail servers with.
 * `deletion-proof`: signs deletion certificates, and keys the hashes in them.
 */
export type SecretName = 'session-signing' | 'otp-sealing' | 'url-signing' | 'credential-sealing' | 'deletion-proof';

export interface Secrets {
  /**
   * 32 random bytes, made at first use and the same ever after. Throws `StorageError`, and `DamagedError` where what is
   * kept is no secret.
   */
  get(name: SecretName): Promise<Uint8Array>;
}
