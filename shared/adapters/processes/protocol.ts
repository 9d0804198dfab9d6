/** What an isolated process is asked. */
export interface Question {
  readonly method: string;
  readonly bytes: Uint8Array;
  /** What the method takes behind the bytes. */
  readonly argument: unknown;
}

/** What it answers; a question whose method throws has no answer: the process dies. */
export interface Answer {
  readonly value: unknown;
  /** True where the process is to be replaced: something of that question may still go on in it. */
  readonly isLast?: boolean;
}
