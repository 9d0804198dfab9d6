/** Changes whenever the same content may give another text: what was kept of an older one is not used. */
export const EXTRACTOR_VERSION = '1';

/**
 * Why a text could not be read: it is locked with a password, cut short or broken, in a form there is no reader for,
 * beyond what a text may cost (time, bytes, nesting), or it ended the process that read it.
 */
export type UnreadableReason = 'password' | 'damaged' | 'format' | 'limit' | 'crashed';

/** The text of an attachment. */
export interface ExtractedText {
  /**
   * `text`: there is some. `nothing`: read, and there is none (pictures, sound). `unreadable`: some is missing, `text`
   * is what was read in spite of that. `notIndexed`: of a type that settings leave out.
   */
  readonly outcome: 'text' | 'nothing' | 'unreadable' | 'notIndexed';
  /** Where it is unreadable. */
  readonly reason?: UnreadableReason;
  /** Paragraphs, rows and the like on lines of their own. */
  readonly text: string;
  /** True where it was cut to what an index takes of one attachment; it is unreadable then, beyond a limit. */
  readonly truncated: boolean;
}

/** What is known of a content from outside it; the sender's word, and hostile. */
export interface ContentHint {
  /** Empty where there is none. */
  readonly filename: string;
  /** `type/subtype`, lower case; empty where there is none. */
  readonly contentType: string;
  /** As the message names it. */
  readonly charset?: string;
}
