import type { Outcome } from '../arrival.ts';
import type { RetentionPolicy } from '../retention/retention-policy.ts';

/** What a certificate says of one message; nothing of its content. Times are ISO 8601, UTC. */
export interface CertifiedMessage {
  readonly archiveId: string;
  readonly purgedAt: string;
  readonly archivedAt: string;
  readonly receivedAt: string;
  readonly policyId?: string;
  readonly policyVersion?: number;
  readonly arrivals: readonly { readonly arrivalId: string; readonly outcome: Outcome }[];
  /** The distinct byte strings there were of it, each by a keyed hash: only the archive can tell whether bytes are these. */
  readonly renditions: readonly { readonly hash: string; readonly sizeBytes: number }[];
  /**
   * Objects, as a rule large attachments, that storage had locked for longer than the message: nobody reaches them any
   * more, and they are deleted once their locks have ended. Absent where all went with the message.
   */
  readonly lockedObjects?: number;
  /** When the last of these locks was to end; absent where that was not known. */
  readonly lockedUntil?: string;
}

/** One part of what a job certifies: what is signed. */
export interface CertificatePayload {
  readonly kind: 'letterlock-deletion-certificate';
  readonly format: 1;
  readonly jobId: string;
  /** The kind of the job: `retention`, or that of a request. */
  readonly cause: string;
  /** The approved request that the job was for. */
  readonly requestId?: string;
  /** The domain of the archive's journal endpoints. */
  readonly archive: string;
  readonly startedAt: string;
  /** When the last message of the part was purged. */
  readonly until: string;
  /** From 1. */
  readonly part: number;
  readonly parts: number;
  /** SHA-256 of the signature of the part before, lowercase hex. */
  readonly previous?: string;
  /** Of all parts. */
  readonly totals: { readonly messages: number; readonly bytes: number };
  /** As they were when they decided. */
  readonly policies: readonly RetentionPolicy[];
  readonly messages: readonly CertifiedMessage[];
}

/** A part as it is stored: Ed25519 (RFC 8032) over `signedText` of the payload. */
export interface CertificatePart {
  readonly payload: CertificatePayload;
  /** SPKI, DER, base64. */
  readonly publicKey: string;
  /** Base64. */
  readonly signature: string;
}

/** What is handed out for a job. */
export interface DeletionCertificate {
  readonly certificate: readonly CertificatePart[];
}

/** The bytes that a signature is over: the payload as JSON without white space, its fields in the order in which they stand. */
export function signedText(payload: CertificatePayload): string {
  return JSON.stringify(payload);
}
