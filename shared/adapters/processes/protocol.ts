import type { MailReader } from '../../ports/mail-reader.ts';

/** What a reader process is asked. */
export interface ReaderQuestion {
  readonly method: keyof MailReader;
  readonly bytes: Uint8Array;
  /** What the method takes behind the bytes. */
  readonly argument: unknown;
}

/** What it answers; a question whose method throws has no answer: the process dies. */
export interface ReaderAnswer {
  readonly value: unknown;
}
