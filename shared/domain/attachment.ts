import type { PurgeState } from './purge-state.ts';

/** How base64 (RFC 2045, 6.8) was broken into lines, so that encoding again gives the very bytes. */
export interface Base64Lines {
  /** Characters of every line but the last, a multiple of 4. */
  readonly lineLength: number;
  readonly lineEnd: 'crlf' | 'lf';
}

/** Where the encoded body of a large attachment lies in an arrival, in bytes. */
export interface LargeAttachment {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isBase64: boolean;
}

/** A large attachment that is stored once and left out of the arrivals that have it. */
export interface AttachmentCut {
  /** Where it stood in the arrival, as it was encoded, in bytes. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Of what is stored. */
  readonly attachmentId: string;
  /** Absent where the bytes are stored as they stood. */
  readonly base64?: Base64Lines;
}

/** Decides whether a stored attachment is there, as the record of a message does for the message. */
export interface AttachmentRecord {
  readonly state: PurgeState;
  /** Version of the stored object. */
  readonly versionId: string;
}

/** The id of the `generation`th (from 1) attachment with these bytes: their SHA-256, and `.2`, `.3` … after a purge. */
export function attachmentIdOf(contentHash: string, generation: number): string {
  return generation === 1 ? contentHash : `${contentHash}.${generation}`;
}

/** SHA-256 of the bytes that an attachment id stands for, lowercase hex. */
export function contentHashOf(attachmentId: string): string {
  return attachmentId.slice(0, 64);
}

/** Key of a stored attachment. */
export function attachmentKey(attachmentId: string): string {
  return `attachments/${attachmentId.slice(0, 2)}/${attachmentId}`;
}
