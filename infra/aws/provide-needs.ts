import { functionVariable, queueVariable, secretVariable, VARIABLES } from '../../functions/cloud/variables.ts';
import type { QueueName } from '../../shared/ports/queue.ts';
import type { TableName } from '../../shared/ports/tables.ts';
import type { ObjectLockSettings } from './configuration/stage-configuration.ts';
import type { ArchiveFunction } from './constructs/archive-function.ts';
import type { DomainEvents } from './constructs/domain-events.ts';
import { grantSendMail } from './constructs/journal-mail.ts';
import type { Secrets } from './constructs/secrets.ts';
import type { WorkQueue } from './constructs/work-queue.ts';
import type { FunctionNeeds } from './function-definition.ts';
import type { StorageStack } from './storage-stack.ts';

/** What functions can be given. */
export interface Provisions {
  readonly storage: StorageStack;
  readonly queues: ReadonlyMap<QueueName, WorkQueue>;
  readonly functions: ReadonlyMap<string, ArchiveFunction>;
  readonly events: DomainEvents;
  readonly secrets: Secrets;
  readonly objectLock: ObjectLockSettings;
  readonly journalDomain: string;
  readonly alarmAddress: string;
  readonly senderAddress: string;
  readonly version: string;
}

/** Gives a function what it needs: for each need the environment variable that names it, and the permission to use it. */
export function provideNeeds(target: ArchiveFunction, needs: FunctionNeeds, provisions: Provisions): void {
  const set = (name: string, value: string) => target.lambda.addEnvironment(name, value);
  provideObjects(target, needs, provisions, set);
  const { storage, queues, events, secrets } = provisions;
  const tables = tableNames.filter((name) => needs.tables?.[name]);
  if (tables.length > 0) set(VARIABLES.tablePrefix, storage.tables.prefix);
  if (needs.locks) provideLocks(target, needs.locks, provisions, set);
  for (const name of tables) storage.tables.grant(target.role, name, needs.tables?.[name] ?? []);
  for (const name of needs.sends ?? []) {
    const queue = queues.get(name);
    if (!queue) throw new Error(`no queue is called ${name}`);
    queue.grantSend(target.role);
    set(queueVariable(name), queue.queue.queueUrl);
  }
  for (const name of needs.invokes ?? []) {
    const invoked = provisions.functions.get(name);
    if (!invoked) throw new Error(`no function is called ${name}`);
    invoked.grantInvoke(target.role);
    set(functionVariable(name), invoked.lambda.functionName);
  }
  if (needs.events) {
    events.grantPublish(target.role);
    set(VARIABLES.eventBus, events.bus.eventBusName);
  }
  for (const name of needs.secrets ?? []) {
    secrets.grantRead(target.role, name);
    set(secretVariable(name), secrets.get(name).secretArn);
  }
  if (needs.mail) {
    const { senderAddress, alarmAddress, journalDomain } = provisions;
    if (needs.mail === 'alarms') grantSendMail(target.role, senderAddress, alarmAddress);
    else grantSendMail(target.role, `*@${journalDomain}`);
    set(VARIABLES.sender, provisions.senderAddress);
    set(VARIABLES.alarmAddress, provisions.alarmAddress);
  }
  for (const name of needs.settings ?? []) set(VARIABLES[name], provisions[name]);
}

const tableNames: readonly TableName[] = ['messages', 'configuration', 'activity'];

function provideLocks(
  { role }: ArchiveFunction,
  { set: locked = [], see = [], tables = {} }: NonNullable<FunctionNeeds['locks']>,
  { storage, objectLock }: Provisions,
  set: (name: string, value: string) => void,
): void {
  set(VARIABLES.objectLock, objectLock.policies ? objectLock.mode.toLowerCase() : 'off');
  if (!objectLock.policies) return;
  storage.archive.grantLock(role, locked, see);
  for (const name of tableNames) {
    const uses = tables[name];
    if (uses) storage.tables.grant(role, name, uses);
  }
}

function provideObjects(
  { role }: ArchiveFunction,
  { intake, archive, derived }: FunctionNeeds,
  { storage, objectLock }: Provisions,
  set: (name: string, value: string) => void,
): void {
  if (intake) {
    set(VARIABLES.intakeBucket, storage.intake.bucket.bucketName);
    if (intake.includes('list')) storage.intake.grantList(role);
    if (intake.includes('take')) storage.intake.grantTake(role);
    if (intake.includes('setAside')) storage.intake.grantSetAside(role);
    if (intake.includes('fetch')) storage.intake.grantFetch(role);
  }
  if (archive) {
    set(VARIABLES.archiveBucket, storage.archive.bucket.bucketName);
    if (archive.read) storage.archive.grantRead(role, archive.read);
    if (archive.list) storage.archive.grantList(role);
    if (archive.purge) storage.archive.grantPurge(role, archive.purge);
    if (archive.hold) storage.archive.grantHold(role, archive.hold);
    if (archive.append) {
      storage.archive.grantAppend(role, archive.append);
      set(VARIABLES.lockMode, objectLock.mode);
      set(VARIABLES.lockDays, String(objectLock.minimumDays));
    }
  }
  if (derived) {
    set(VARIABLES.derivedBucket, storage.derived.bucket.bucketName);
    if (derived.includes('export')) storage.derived.grantExport(role);
    if (derived.includes('readIndex')) storage.derived.grantReadIndex(role);
    if (derived.includes('writeIndex')) storage.derived.grantWriteIndex(role);
    if (derived.includes('forget')) storage.derived.grantForget(role);
    if (derived.includes('tidyIndex')) storage.derived.grantTidyIndex(role);
  }
}
