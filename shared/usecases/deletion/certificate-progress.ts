/** Where making a certificate has come: first everything is counted, then part after part is signed. */
export type CertificateProgress = CountingProgress | SigningProgress;

interface CountingProgress {
  readonly phase: 'count';
  readonly counted?: Counted;
}

export interface SigningProgress {
  readonly phase: 'sign';
  readonly counted: Counted;
  readonly parts: number;
  /** How many are signed. */
  readonly part: number;
  readonly after?: string;
  /** Of the last signed part; see `CertificatePayload`. */
  readonly previous?: string;
  readonly isDone: boolean;
}

/** What a certificate is to name. */
export interface Counted {
  readonly after?: string;
  readonly messages: number;
  readonly bytes: number;
  /** Messages of which storage keeps bytes for longer; absent from what an older version counted. */
  readonly bytesLocked?: number;
}
