/**
 * `session-signing`: signs session tokens. `otp-sealing`: encrypts the secrets of second factors. `url-signing`: signs
 * temporary URLs of the local system. `credential-sealing`: encrypts what profiles sign in to mail servers with.
 */
export type SecretName = 'session-signing' | 'otp-sealing' | 'url-signing' | 'credential-sealing';

export interface Secrets {
  /** 32 random bytes, made at first use and the same ever after. Throws `StorageError`, and `DamagedError` where what is kept is no secret. */
  get(name: SecretName): Promise<Uint8Array>;
}
