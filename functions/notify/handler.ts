import middy from '@middy/core';
import type { EventBridgeEvent } from 'aws-lambda';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { Mailer } from '../../shared/ports/mailer.ts';
import { invocationLog } from '../middleware/invocation-log.ts';

export interface NotifyPorts {
  readonly mailer: Mailer;
  readonly logs: LogSink;
}

/** What each event means to whoever reads the mail; one that is not named here is told by its name. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['jobFinished', 'A job ended and could not do all of its work.'],
  ['profileMissed', 'A profile was due and was not run.'],
  ['completenessFell', 'A live mailbox has mail that its archive does not have.'],
  ['messageQuarantined', 'A message could not be filed and lies in quarantine.'],
  ['endpointSilent', 'No mail came to a journal endpoint for longer than is usual for it.'],
  ['endpointHeardAgain', 'Mail comes to a journal endpoint again that was silent.'],
  ['endpointQuarantineRising', 'Much more mail of a journal endpoint than is usual goes to quarantine.'],
  ['integrityViolation', 'An object of the archive is missing or is not what was stored.'],
]);

/** Mails domain events to `alarmAddress`: ids and codes, never mail content. */
export function createHandler({ mailer, logs }: NotifyPorts, alarmAddress: string) {
  return middy(async (event: EventBridgeEvent<string, unknown>): Promise<void> => {
    const name = event['detail-type'].replace(/[^\w -]/g, '');
    await mailer.send({ to: [alarmAddress], subject: `Letterlock: ${name}`, text: textOf(event, name) });
  }).use(invocationLog(logs, 'notify'));
}

function textOf({ time, detail }: EventBridgeEvent<string, unknown>, name: string): string {
  const fields = typeof detail === 'object' && detail !== null ? Object.entries(detail) : [];
  const lines = fields.map(([field, value]) => `${field}: ${String(value)}`);
  return [MEANINGS.get(name) ?? name, '', `at: ${time}`, ...lines, ''].join('\n');
}
