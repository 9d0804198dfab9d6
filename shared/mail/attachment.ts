/** An attachment as people see it, not decoded before it is read. Name, type and content are the sender's, and hostile. */
export interface Attachment {
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** May share the memory of the original. */
  readonly content: () => Uint8Array;
}
