import type { AuditEvent } from './audit-event.ts';

/** Facility "log audit" (RFC 5424, table 1). */
const FACILITY = 13;
/** Severities (RFC 5424, table 2). */
const INFORMATIONAL = 6;
const WARNING = 4;
/** What every receiver should take (RFC 5425, 4.3.1); longer messages are cut by some. */
const MAX_BYTES = 8_192;

/**
 * An event as a syslog message (RFC 5424): its action as MSGID, the event as JSON in ASCII as MSG. Where that were too
 * long, without the fields before and after a change, and marked as `shortened`.
 */
export function syslogMessage(event: AuditEvent, hostName: string): string {
  const severity = event.outcome === 'done' ? INFORMATIONAL : WARNING;
  const host = hostName.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
  const header = `<${FACILITY * 8 + severity}>1 ${event.at} ${host} letterlock - ${event.action.slice(0, 32)} - `;
  const whole = header + asciiJson(event);
  if (whole.length <= MAX_BYTES) return whole;
  const { before: _before, after: _after, detail: _detail, ...rest } = event;
  return header + asciiJson({ ...rest, shortened: true });
}

/** With its length before it, as it goes over TLS (RFC 5425, 4.3); messages are ASCII, so characters are octets. */
export function framed(message: string): string {
  return `${message.length} ${message}`;
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
