/** The UTF-8 bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A body in chunks. */
export async function* streamed(...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield bytes(chunk);
}

/** A body that fails behind its first chunks. */
export async function* broken(error: Error, ...chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  yield* streamed(...chunks);
  throw error;
}

/** All that an iterable gives. */
export async function collected<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const all: Value[] = [];
  for await (const value of values) all.push(value);
  return all;
}
