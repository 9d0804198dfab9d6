import type { Anomaly } from './anomaly.ts';

/** Content without its transfer encoding; `anomaly` where the encoded form is not what the RFC allows. */
export interface Decoded {
  readonly content: Buffer;
  readonly anomaly?: Anomaly;
}
