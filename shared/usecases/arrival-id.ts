import { createHash } from 'node:crypto';

/** The id of an arrival: derived from where it lies in intake, so that a retry has the same. 32 hex digits. */
export function arrivalIdOf(intakeKey: string): string {
  return sha256Hex(`intake\0${intakeKey}`).slice(0, 32);
}

/** Lowercase hex. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
