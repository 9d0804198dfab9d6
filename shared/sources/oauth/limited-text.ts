import { SourceError } from '../../errors.ts';

/** The body of an answer as text; throws `SourceError` above `maxBytes`, counted after decompression. */
export async function limitedText(response: Response, maxBytes: number): Promise<string> {
  if (!response.body) return '';
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  // Leaving the loop cancels the stream.
  for await (const piece of response.body) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > maxBytes) throw new SourceError('source_failed', 'token endpoint: an answer without an end');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
