/**
 * What a signature was found to be (RFC 8601, 2.7.1). `policy`: beyond our limits, or too weak a key.
 * `temperror`: a name server failed, each time it was asked. `unknown`: DNS could not be asked.
 */
export type SignatureResult = 'pass' | 'fail' | 'neutral' | 'policy' | 'permerror' | 'temperror' | 'unknown';

/** What verifying one signature of an original said, while its key could still be found. */
export interface SignatureVerdict {
  /** `arc`: a seal; the result is that of the whole chain (RFC 8617, 5.2). */
  readonly kind: 'dkim' | 'arc';
  /** The signer as the signature names it: the sender's words unless the result is `pass`. */
  readonly domain: string;
  readonly selector: string;
  readonly result: SignatureResult;
  /** The text of the key record, where one was found. */
  readonly key?: string;
  /** ISO 8601, UTC. */
  readonly verifiedAt: string;
}
