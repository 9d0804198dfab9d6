/** A mail to people who run the archive: plain text, ids and codes, never content of archived mail. */
interface OutgoingMail {
  /** At least one address (RFC 5321), none of them shown another one's. */
  readonly to: readonly string[];
  /** Who it is from, where that is not whom the mailer was made for. */
  readonly from?: string;
  /** Without line breaks. */
  readonly subject: string;
  readonly text: string;
}

export interface Mailer {
  /**
   * Hands a mail over for delivery; a repetition may deliver it twice. Throws `StorageError`, and `InvalidRequestError`
   * for what can never be sent.
   */
  send(mail: OutgoingMail): Promise<void>;
}
