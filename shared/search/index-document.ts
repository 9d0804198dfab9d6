import type { MessageSummary } from '../domain/message.ts';
import type { FieldName } from './field.ts';

/** One text of a message. A field may have several (one per attachment); a phrase never spans two. */
export interface IndexText {
  readonly field: FieldName;
  readonly text: string;
  /** Of which attachment, by its number in the view; texts of attachments only. */
  readonly attachment?: number;
}

/** What is true of a message in a mailbox; each is one bit of the column `flags` in segments. */
export const FLAGS = {
  /** The sender's own filing. */
  sent: 1,
  /** A filing of somebody who got it. */
  received: 2,
  encrypted: 4,
  signed: 8,
  hasAttachments: 16,
  /** An attachment whose text could not be read. */
  unreadableAttachment: 32,
  /** Kept from readers without a grant: those find it by header fields only. */
  private: 64,
  /** It lies in the mailbox of an endpoint too, where a search over both finds it. */
  covered: 128,
  /** Access is restricted: found by auditors, holds, policies and requests only. */
  restricted: 256,
} as const;

export type FlagName = keyof typeof FLAGS;

/** A message of one mailbox as the index takes it: one per message, however many folders it lies in. */
export interface IndexDocument {
  readonly archiveId: string;
  /** What lists show, without `archiveId` and `folder`. */
  readonly summary: MessageSummary;
  /** Milliseconds since 1970; see `shared/domain/sort-date.ts`. */
  readonly sortDate: number;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Sum of `FLAGS`. */
  readonly flags: number;
  /** At least one; in the order of their names. */
  readonly folders: readonly string[];
  /** Facet value: the address of the first author, lower case; empty where there is none. */
  readonly sender: string;
  /** Facet values: `pdf`, `docx`, `image` …; each once. */
  readonly attachmentTypes: readonly string[];
  /** Whether its text is German: compound words in it are found by their parts. */
  readonly isGerman: boolean;
  /** In any order. Texts of `body` and `attachment` are kept for snippets. */
  readonly texts: readonly IndexText[];
}
