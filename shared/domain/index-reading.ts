import type { Address } from './address.ts';
import type { AttachmentType } from './attachment-type.ts';

/** What an index takes of an attachment, without its content. */
export interface IndexAttachment {
  /** Its number in the view. */
  readonly index: number;
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** Of a text: as the message names it, lower case. */
  readonly charset?: string;
  /** Of the decoded content. */
  readonly sizeBytes: number;
  /** SHA-256 of the decoded content, lowercase hex. */
  readonly contentHash: string;
  /** What the content is, as its bytes, its name and its media type say. */
  readonly type: AttachmentType;
  /** True where what is in it has numbers of its own behind it, and its body is in the text: winmail.dat, signed content. */
  readonly isOpened: boolean;
}

/** What an index takes of an original. Nothing is left out that a view shows. */
export interface IndexReading {
  /** Decoded; empty where there is none. */
  readonly subject: string;
  /** With angle brackets, as written. */
  readonly messageId?: string;
  /** From and Sender, Resent-From and -Sender; each address once, as in the lists below. */
  readonly from: readonly Address[];
  /** To and Resent-To. */
  readonly to: readonly Address[];
  /** Cc and Resent-Cc. */
  readonly cc: readonly Address[];
  /** Bcc and Resent-Bcc: not everybody may find them. */
  readonly bcc: readonly Address[];
  /** The header fields that were asked for, each occurrence; names in lower case, values decoded. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Plain text, and those lines of the other forms that have a word which it lacks. */
  readonly text: string;
  /** True where the text was cut to what an index takes of a message. */
  readonly truncated: boolean;
  /** PGP/MIME, S/MIME or PGP in the text; rights-protected mail of Microsoft too. */
  readonly isEncrypted: boolean;
  /** PGP/MIME, S/MIME or PGP in the text; what mail systems sign on the way (DKIM) does not count. */
  readonly isSigned: boolean;
  /** In the order of their numbers. */
  readonly attachments: readonly IndexAttachment[];
}
