import type { Address } from './address.ts';

/** A header field that mail systems add on the way, in the order of the header section (topmost first). */
export interface TraceField {
  readonly name: 'received' | 'delivered-to' | 'x-original-to' | 'x-gm-original-to' | 'return-path';
  /** Unfolded, undecoded value. */
  readonly value: string;
}

/** What one pass over the bytes of an original tells: all that filing and lists need, none of its text. */
export interface OriginalFacts {
  /** SHA-256 of the exact bytes, lowercase hex. */
  readonly contentHash: string;
  readonly sizeBytes: number;
  /** `<fingerprint version>-<64 hex digits>`; see docs/architecture.md for the rule. */
  readonly fingerprint: string;
  /** Why only identical bytes count as the same message; empty where the visible content decides. */
  readonly anomalies: readonly string[];
  /** With angle brackets, as written; `undefined` where the field is missing or empty. */
  readonly messageId?: string;
  /** The Date field, where it can be read. */
  readonly date?: Date;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  /** Resent-From, -Sender, -To, -Cc and -Bcc of all blocks. */
  readonly resentFrom: readonly Address[];
  readonly resentTo: readonly Address[];
  /** Decoded and unfolded; an empty string where there is none. */
  readonly subject: string;
  readonly attachmentCount: number;
  /** Whether it has a DKIM-Signature or ARC-Seal field. */
  readonly isSigned: boolean;
  readonly trace: readonly TraceField[];
}

/** An attachment as people see it: numbered from 0, depth first; inline parts and nested messages count. */
export interface AttachmentFacts {
  readonly index: number;
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** Of the decoded content. */
  readonly sizeBytes: number;
}

/** What people read of an original. */
export interface OriginalView {
  readonly text: string;
  /** As the message has it: hostile, to be sanitised where it is shown. */
  readonly html?: string;
  /** True where `text` or `html` was cut to the limit for a view. */
  readonly truncated: boolean;
  /** True where reading failed: text and attachments are missing then. */
  readonly unreadable?: boolean;
  readonly attachments: readonly AttachmentFacts[];
}

/** An attachment, decoded. Name, type and content are the sender's, and hostile. */
export interface AttachmentContent {
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** May share the memory of the original. */
  readonly content: Uint8Array;
}
