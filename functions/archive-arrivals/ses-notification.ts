import { isIP } from 'node:net';
import type { Envelope } from '../../shared/domain/arrival.ts';
import type { ArrivalNudge } from '../../shared/usecases/filing/intake-object.ts';

/**
 * Reads the body of an SQS message that is a notification of SNS about mail that SES received and stored by
 * an S3 action (Amazon SES developer guide, "Contents of notifications for Amazon SES email receiving").
 * `undefined` for anything else.
 */
export function parseSesNotification(body: string): ArrivalNudge | undefined {
  const carrier = fieldsOf(parsed(body));
  if (carrier.Type !== 'Notification' || typeof carrier.Message !== 'string') return undefined;
  const notification = fieldsOf(parsed(carrier.Message));
  if (notification.notificationType !== 'Received') return undefined;
  const mail = fieldsOf(notification.mail);
  const receipt = fieldsOf(notification.receipt);
  const action = fieldsOf(receipt.action);
  const receivedAt = timeOf(mail.timestamp);
  const rcptTo = textsOf(receipt.recipients);
  const isWhole = action.type === 'S3' && typeof action.objectKey === 'string' && typeof mail.source === 'string';
  if (!isWhole || receivedAt === undefined || rcptTo === undefined) return undefined;
  if (typeof action.objectKey !== 'string' || typeof mail.source !== 'string') return undefined;
  const envelope = { mailFrom: reversePath(mail.source), rcptTo, ...deliveringHost(mail.headers) };
  return { intakeKey: action.objectKey, told: { receivedAt, envelope } };
}

/** RFC 5321, 4.5.5: bounces come from the null reverse-path. */
function reversePath(source: string): string {
  return source === '<>' ? '' : source;
}

/**
 * The host that delivered to SES, out of the Received field that SES wrote: the first one, since fields are
 * added on top and those below are the sender's own words.
 */
function deliveringHost(headers: unknown): Pick<Envelope, 'remoteAddress' | 'helloName'> {
  const list: readonly unknown[] = Array.isArray(headers) ? headers : [];
  const first = list.map(fieldsOf).find(({ name }) => typeof name === 'string' && /^received$/i.test(name));
  const value = typeof first?.value === 'string' ? first.value : '';
  const found =
    /^from (\S+) \((?:[^()[\]]* )?\[([0-9a-fA-F.:]+)\]\)\s+by inbound-smtp\.[a-z0-9-]+\.amazonaws\.com\s/.exec(value);
  const [, helloName = '', address = ''] = found ?? [];
  return isIP(address) === 0 ? {} : { remoteAddress: address, helloName };
}

function timeOf(value: unknown): string | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** At least one text and nothing else. */
function textsOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const texts = value.filter((entry) => typeof entry === 'string');
  return texts.length === value.length ? texts : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
