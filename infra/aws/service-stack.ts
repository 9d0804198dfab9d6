import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { QueueName } from '../../shared/ports/queue.ts';
import type { StageConfiguration } from './configuration/stage-configuration.ts';
import { Alarms } from './constructs/alarms.ts';
import { ArchiveFunction } from './constructs/archive-function.ts';
import { deliver, schedule } from './constructs/connect-function.ts';
import { DomainEvents } from './constructs/domain-events.ts';
import { HttpEntrance } from './constructs/http-entrance.ts';
import { JournalDomainRecords } from './constructs/journal-domain-records.ts';
import { JournalMail } from './constructs/journal-mail.ts';
import { Secrets } from './constructs/secrets.ts';
import { serviceAlarms } from './constructs/service-alarms.ts';
import { ServiceDashboard } from './constructs/service-dashboard.ts';
import { WebApplication } from './constructs/web-application.ts';
import { RETENTION, WorkQueue } from './constructs/work-queue.ts';
import type { FunctionDefinition, Trigger } from './function-definition.ts';
import { FUNCTIONS, QUEUES } from './functions.ts';
import { type Provisions, provideNeeds } from './provide-needs.ts';
import type { StorageStack } from './storage-stack.ts';

export interface ServiceStackProps extends StackProps {
  readonly configuration: StageConfiguration;
  readonly storage: StorageStack;
  /** Of the code that is deployed. */
  readonly version: string;
}

/** Dead letters are settled, jobs run and signatures verified by so few at once: the least that SQS takes. */
const FEW_AT_ONCE = 2;

/**
 * What works on the storage: mail in, functions, API, alarms. Keeps no state that matters: it can be deleted and
 * deployed anew.
 */
export class ServiceStack extends Stack {
  readonly #configuration: StageConfiguration;
  readonly #functions: ReadonlyMap<string, ArchiveFunction>;
  readonly #queues: ReadonlyMap<QueueName, WorkQueue>;
  readonly #alertsNotSent: Queue;

  constructor(scope: Construct, id: string, { configuration, storage, version, ...props }: ServiceStackProps) {
    super(scope, id, props);
    const { stage, journalDomain, alarmAddress, objectLock, logRetentionDays } = configuration;
    this.#configuration = configuration;
    const key = storage.key;
    const alarmTopic = new Topic(this, 'AlarmTopic', { masterKey: key.key, enforceSSL: true });
    alarmTopic.addSubscription(new EmailSubscription(alarmAddress));
    const eventTopic = new Topic(this, 'EventTopic', { masterKey: key.key, enforceSSL: true });

    this.#queues = new Map(QUEUES.map((queue) => [queue.name, this.#createQueue(queue)]));
    this.#alertsNotSent = new Queue(this, 'AlertsNotSent', {
      queueName: `letterlock-${stage}-alerts-dead`,
      retentionPeriod: RETENTION,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const events = new DomainEvents(this, 'Events', { stage, topic: eventTopic });
    this.#functions = new Map(
      FUNCTIONS.map((definition) => [
        definition.name,
        new ArchiveFunction(this, definition.name, { ...definition, stage, logRetentionDays }),
      ]),
    );
    const provisions: Provisions = {
      storage,
      queues: this.#queues,
      functions: this.#functions,
      events,
      secrets: new Secrets(this, 'Secrets', stage),
      objectLock,
      journalDomain,
      alarmAddress,
      senderAddress: `letterlock@${journalDomain}`,
      version,
    };
    for (const { name, needs, trigger } of FUNCTIONS) {
      provideNeeds(this.#function(name), needs, provisions);
      this.#connect(this.#function(name), trigger, events);
    }

    const arrivals = this.#queue('arrivals');
    const mail = new JournalMail(this, 'JournalMail', { configuration, key, intake: storage.intake, arrivals });
    new JournalDomainRecords(this, 'DnsRecords', { configuration, identity: mail.identity });
    const http = new HttpEntrance(this, 'Http', { configuration, handler: this.#function(withHttp().name).lambda });
    if (configuration.web) new WebApplication(this, 'Web', { http, apiHost: configuration.customDomain?.name });

    const deadLetters = new Map([...this.#queues].map(([name, queue]) => [`${name}-dead`, queue.deadLetters]));
    deadLetters.set('alerts-dead', this.#alertsNotSent);
    const parts = {
      stage,
      arrivals: arrivals.queue,
      index: this.#queue('index').queue,
      deadLetters,
      functions: this.#functions,
      tables: storage.tables,
      events,
      http,
    };
    new Alarms(this, 'Alarms', { stage, topic: alarmTopic, alarms: serviceAlarms(this, parts) });
    new ServiceDashboard(this, 'Dashboard', parts);
    this.#describe(eventTopic);
  }

  #connect(target: ArchiveFunction, trigger: Trigger, events: DomainEvents): void {
    // What answers HTTP comes with its gateway; what people invoke, or functions that need it, has nothing that invokes it.
    if (trigger.kind === 'queue') {
      const maxConcurrency = this.#atOnce(trigger.queue);
      deliver(target, this.#queue(trigger.queue).queue, { ...trigger, maxConcurrency });
    }
    if (trigger.kind === 'deadLetters') {
      const deliveries = { batchSize: 1, windowSeconds: 0, maxConcurrency: FEW_AT_ONCE, partial: true };
      for (const [index, name] of trigger.queues.entries()) {
        deliver(target, this.#queue(name).deadLetters, deliveries, index === 0 ? '' : `-${name}`);
      }
    }
    if (trigger.kind === 'schedule') schedule(target, trigger.everyMinutes);
    if (trigger.kind === 'alerts') events.alert(target.lambda, this.#alertsNotSent);
  }

  #atOnce(queue: QueueName): number {
    const { filingConcurrency, indexingConcurrency } = this.#configuration;
    const configured: { readonly [Name in QueueName]?: number } = {
      arrivals: filingConcurrency,
      index: indexingConcurrency,
    };
    return configured[queue] ?? FEW_AT_ONCE;
  }

  #createQueue({ name, maxReceiveCount, groups = false }: (typeof QUEUES)[number]): WorkQueue {
    const { stage } = this.#configuration;
    const taking = FUNCTIONS.find(({ trigger }) => trigger.kind === 'queue' && trigger.queue === name);
    const settling = FUNCTIONS.find(({ trigger }) => trigger.kind === 'deadLetters' && trigger.queues.includes(name));
    if (taking?.trigger.kind !== 'queue') throw new Error(`no function takes the messages of the queue ${name}`);
    return new WorkQueue(this, `Queue-${name}`, {
      queueName: `letterlock-${stage}-${name}`,
      maxReceiveCount,
      groups,
      timeoutSeconds: taking.timeoutSeconds,
      windowSeconds: taking.trigger.windowSeconds,
      ...(settling ? { deadLetterTimeoutSeconds: settling.timeoutSeconds } : {}),
    });
  }

  #describe(eventTopic: Topic): void {
    const { receiptRuleSet } = this.#configuration;
    new CfnOutput(this, 'EventTopicArn', { value: eventTopic.topicArn });
    new CfnOutput(this, 'PrepareTablesFunction', { value: this.#function('prepare-tables').lambda.functionName });
    if (receiptRuleSet.create) {
      const command = `aws ses set-active-receipt-rule-set --rule-set-name ${receiptRuleSet.name} --region ${this.region}`;
      new CfnOutput(this, 'ActivateRuleSet', { value: command });
    }
  }

  #function(name: string): ArchiveFunction {
    const found = this.#functions.get(name);
    if (!found) throw new Error(`no function is called ${name}`);
    return found;
  }

  #queue(name: QueueName): WorkQueue {
    const found = this.#queues.get(name);
    if (!found) throw new Error(`no queue is called ${name}`);
    return found;
  }
}

function withHttp(): FunctionDefinition {
  const found = FUNCTIONS.find(({ trigger }) => trigger.kind === 'http');
  if (!found) throw new Error('no function answers the HTTP API');
  return found;
}
