import { createHash } from 'node:crypto';
import { copiesPrefix } from '../../shared/domain/download-copies.ts';
import type { ApiResponse } from './api-response.ts';
import { attachmentDisposition, safeFileName } from './content-disposition.ts';
import type { HttpApiPorts } from './http-api.ts';

/** A synchronous Lambda answer stops at 6 MB, base64 included: above this, bytes go by a copy. */
const MAX_INLINE_BYTES = 4 * 1024 * 1024;
/** How long the copy can be fetched. */
const COPY_SECONDS = 60;

export interface Download {
  readonly content: Uint8Array;
  readonly contentType: string;
  /** As somebody wrote it: made safe here. */
  readonly fileName: string;
  /** The id of what the bytes are of: copies of them go with it. */
  readonly about: string;
}

/** Bytes to be saved; 303 to a copy that lives for a minute where they are too many. */
export async function bytesResponse(
  { derived, clock }: Pick<HttpApiPorts, 'derived' | 'clock'>,
  download: Download,
): Promise<ApiResponse> {
  const { content, contentType, fileName } = download;
  if (content.length <= MAX_INLINE_BYTES) {
    const headers = { 'content-type': contentType, 'content-disposition': attachmentDisposition(fileName) };
    return { status: 200, headers, body: content };
  }
  return await copyResponse({ derived, clock }, download);
}

/**
 * A text that stands in Lambda's answer as JSON does, twice as long at worst: above this it goes by a copy. Views of
 * long mail in scripts of three bytes a character reach it.
 */
const MAX_INLINE_TEXT_BYTES = 2 * 1024 * 1024;

/** The answer itself, or 303 to a copy of it where it is too long a text; `about` as in `Download`. */
export async function fittingResponse(
  ports: Pick<HttpApiPorts, 'derived' | 'clock'>,
  response: ApiResponse,
  about: string,
): Promise<ApiResponse> {
  const { body } = response;
  if (typeof body !== 'string' || body.length * 3 <= MAX_INLINE_TEXT_BYTES) return response;
  const content = Buffer.from(body);
  if (content.length <= MAX_INLINE_TEXT_BYTES) return response;
  return await copyResponse(ports, { content, contentType: 'application/json', fileName: 'answer.json', about });
}

async function copyResponse(
  { derived, clock }: Pick<HttpApiPorts, 'derived' | 'clock'>,
  { content, contentType, fileName, about }: Download,
): Promise<ApiResponse> {
  // Named by its content, so that asking again makes no second copy.
  const key = `${copiesPrefix(about)}${createHash('sha256').update(content).digest('hex')}`;
  await derived.put(key, content);
  const now = clock.now();
  const location = await derived.temporaryUrl(key, {
    seconds: COPY_SECONDS,
    contentType,
    fileName: safeFileName(fileName),
    now,
  });
  return { status: 303, headers: { location } };
}
