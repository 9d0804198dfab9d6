/** How much of a streamed body is written at once, and so held in memory. */
const GATHERED_BYTES = 1024 * 1024;

/** What the body of an object threw while it was read: the caller's failure, not the store's. */
export class BodyFailure extends Error {
  override readonly name = 'BodyFailure';
}

/**
 * Gives a body in parts of at least `partBytes` (about a megabyte if left out), and returns the last one, which may
 * be shorter. Throws `BodyFailure` (`cause`: what the body threw).
 */
export async function* gathered(
  body: AsyncIterable<Uint8Array>,
  partBytes: number = GATHERED_BYTES,
): AsyncGenerator<Uint8Array, Uint8Array, undefined> {
  let chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of owned(body)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes < partBytes) continue;
    yield joined(chunks, sizeBytes);
    chunks = [];
    sizeBytes = 0;
  }
  return joined(chunks, sizeBytes);
}

/** In memory of its own, which can be given to another thread. */
function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

async function* owned(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (cause) {
    throw new BodyFailure('the body of an object failed', { cause });
  }
}
