/** A message of the demo, ready to be sent. */
export interface DemoMessage {
  /** The bytes between DATA and the final dot, not dot-stuffed; they end in CRLF. */
  readonly raw: Uint8Array;
  /** Envelope sender; empty for a bounce. */
  readonly mailFrom: string;
  readonly date: Date;
  /** What a reader must see of it. */
  readonly subject: string;
  readonly text: string;
}
