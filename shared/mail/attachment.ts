/** An attachment as people see it, not decoded before it is read. Name, type and content are the sender's, and hostile. */
export interface Attachment {
  /** Empty where the message gives none. */
  readonly filename: string;
  /** `type/subtype`, lower case. */
  readonly contentType: string;
  /** Of a text: as its part names it, lower case. */
  readonly charset?: string;
  /** May share the memory of the original. */
  readonly content: () => Uint8Array;
  /**
   * True where what is in it has numbers of its own behind it, and its body is one of the message: winmail.dat, signed
   * content.
   */
  readonly isOpened?: boolean;
}
