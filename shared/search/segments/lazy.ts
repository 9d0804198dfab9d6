/** A value that is read when it is first asked for, once; what failed is tried again. */
export class Lazy<Value> {
  readonly #read: () => Promise<Value>;
  #value: Promise<Value> | undefined;

  constructor(read: () => Promise<Value>) {
    this.#read = read;
  }

  get(): Promise<Value> {
    this.#value ??= this.#read().catch((error: unknown) => {
      this.#value = undefined;
      throw error;
    });
    return this.#value;
  }
}
