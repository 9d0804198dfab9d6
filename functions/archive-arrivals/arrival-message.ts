import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';
import { parseSesNotification } from './ses-notification.ts';

/**
 * Reads a message of the queue `arrivals`: our own nudge, or one of SES with the envelope in it. `undefined` for a
 * message that names no arrival, which ends as a dead letter.
 */
export function namedArrival(body: string): ArrivalNudge | undefined {
  return parseSesNotification(body) ?? nudgeIn(body);
}

function nudgeIn(body: string): ArrivalNudge | undefined {
  try {
    const nudge: unknown = JSON.parse(body);
    return isNudge(nudge) ? nudge : undefined;
  } catch {
    return undefined;
  }
}

function isNudge(body: unknown): body is ArrivalNudge {
  return (
    typeof body === 'object' &&
    body !== null &&
    'intakeKey' in body &&
    typeof body.intakeKey === 'string' &&
    'sizeBytes' in body &&
    typeof body.sizeBytes === 'number'
  );
}
