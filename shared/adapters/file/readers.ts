import type { ObjectKey } from '../../ports/object-store.ts';

/** Which objects are being read: the file of one must not be used for another body meanwhile. */
export class Readers {
  readonly #counts = new Map<ObjectKey, number>();

  has(key: ObjectKey): boolean {
    return this.#counts.has(key);
  }

  /** Counts `key` as read from before `work` opens it until it has ended. */
  async while<T>(key: ObjectKey, work: () => Promise<T>): Promise<T> {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const others = (this.#counts.get(key) ?? 1) - 1;
      if (others === 0) this.#counts.delete(key);
      else this.#counts.set(key, others);
    }
  }
}
