/** The same in the same order, `size` at a time; the last chunk may be smaller, and none is empty. */
export async function* chunksOf<Value>(all: AsyncIterable<Value>, size: number): AsyncIterable<readonly Value[]> {
  let chunk: Value[] = [];
  for await (const one of all) {
    chunk.push(one);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
