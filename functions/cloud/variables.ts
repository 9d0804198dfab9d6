import type { QueueName } from '../../shared/ports/queue.ts';
import type { SecretName } from '../../shared/ports/secrets.ts';

/** Environment variables of the functions on AWS: the stack sets, per function, those that the function reads. */
export const VARIABLES = {
  intakeBucket: 'LETTERLOCK_S3_BUCKET_INTAKE',
  archiveBucket: 'LETTERLOCK_S3_BUCKET_ARCHIVE',
  derivedBucket: 'LETTERLOCK_S3_BUCKET_DERIVED',
  lockMode: 'LETTERLOCK_LOCK_MODE',
  lockDays: 'LETTERLOCK_LOCK_DAYS',
  objectLock: 'LETTERLOCK_OBJECT_LOCK',
  tablePrefix: 'LETTERLOCK_TABLE_PREFIX',
  eventBus: 'LETTERLOCK_EVENT_BUS',
  journalDomain: 'LETTERLOCK_JOURNAL_DOMAIN',
  alarmAddress: 'LETTERLOCK_ALARM_ADDRESS',
  sender: 'LETTERLOCK_SENDER_ADDRESS',
  version: 'LETTERLOCK_VERSION',
} as const;

/** The variable that has the URL of a queue. */
export function queueVariable(queue: QueueName): string {
  return `LETTERLOCK_QUEUE_${named(queue)}`;
}

/** The variable that has the name of a function that is invoked. */
export function functionVariable(name: string): string {
  return `LETTERLOCK_FUNCTION_${named(name)}`;
}

/** The variable that has the id of a secret. */
export function secretVariable(secret: SecretName): string {
  return `LETTERLOCK_SECRET_${named(secret)}`;
}

function named(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
