/** The source of every random value; replaced by a seeded one in tests. */
export interface Entropy {
  /** Unpredictable bytes, fit for secrets. */
  bytes(count: number): Uint8Array;
}
