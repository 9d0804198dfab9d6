import type { Argon2Parameters } from 'node:crypto';

/** What the hashing thread is asked for. */
export interface HashRequest {
  readonly id: number;
  readonly parameters: Argon2Parameters;
}

/** Its answer; without a tag the request failed. */
export interface HashAnswer {
  readonly id: number;
  readonly tag?: Uint8Array;
}
