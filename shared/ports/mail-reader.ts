import type { ArrivalReading, ArrivalRules } from '../domain/arrival-reading.ts';
import type { IndexReading } from '../domain/index-reading.ts';
import type { AttachmentContent, OriginalView } from '../domain/original.ts';

/**
 * Reads mail, which is hostile, where reading may die or go on for ever without taking anything else along. Each
 * method throws `UnreadableError` where it did: for these bytes, or in rare cases for what was read beside them.
 */
export interface MailReader {
  /** What filing needs of an arrival; `undefined` where it has not a single header field. */
  readArrival(arrival: Uint8Array, rules: ArrivalRules): Promise<ArrivalReading | undefined>;
  /** What people read of an original. */
  viewOriginal(original: Uint8Array): Promise<OriginalView>;
  /** The attachment with that number in the view, decoded; `undefined` where there is none. */
  readAttachment(original: Uint8Array, index: number): Promise<AttachmentContent | undefined>;
  /** What an index takes of an original; `headers` names the further header fields it wants, in lower case. */
  readForIndex(original: Uint8Array, headers: readonly string[]): Promise<IndexReading>;
  /** The attachments with these numbers, decoded, in the order asked; `undefined` for each that is not there. */
  readAttachments(
    original: Uint8Array,
    indexes: readonly number[],
  ): Promise<readonly (AttachmentContent | undefined)[]>;
}
