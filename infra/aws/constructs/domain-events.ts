import { EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../../shared/adapters/eventbridge/event-source.ts';
import type { DomainEvent } from '../../../shared/ports/events.ts';

/** Every kind of event, and which of them somebody has to be told of by name. */
const EVENTS: Readonly<Record<DomainEvent['type'], { readonly alert?: EventPattern['detail'] }>> = {
  // Runs of profiles are told of by the digest: a mail server that is down fails each run of each profile.
  jobFinished: {
    alert: {
      kind: [{ 'anything-but': ['fetch', 'folder-sync'] }],
      outcome: [{ 'anything-but': ['succeeded', 'cancelled'] }],
    },
  },
  profileMissed: {},
  // Left to the digest, too: a day without journaling makes one for each mailbox.
  completenessFell: {},
  // One mail per message would be a flood when a sender misbehaves; an alarm counts them.
  messageQuarantined: {},
  endpointSilent: { alert: {} },
  endpointHeardAgain: { alert: {} },
  endpointQuarantineRising: { alert: {} },
  integrityViolation: { alert: {} },
};

/** An alert that cannot be sent is tried again for so long, then kept as a dead letter, which raises an alarm. */
const ALERT_AGE = Duration.hours(6);

export interface DomainEventsProps {
  readonly stage: string;
  /** Gets every event, for whoever subscribes. */
  readonly topic: Topic;
}

/** The bus of domain events, with a rule for each kind: rules schedule, notify and count. */
export class DomainEvents extends Construct {
  readonly bus: EventBus;
  /** By the type of their events. */
  readonly rules: ReadonlyMap<string, Rule>;

  constructor(scope: Construct, id: string, { stage, topic }: DomainEventsProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { eventBusName: `letterlock-${stage}` });
    this.rules = new Map(Object.keys(EVENTS).map((type) => [type, this.#rule(type, type, {})]));
    for (const rule of this.rules.values()) rule.addTarget(new SnsTopic(topic));
  }

  grantPublish(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns: [this.bus.eventBusArn] });
  }

  /** Has `target` invoked with each event that somebody has to look at. */
  alert(target: IFunction, deadLetters: Queue): void {
    for (const [type, { alert }] of Object.entries(EVENTS)) {
      if (!alert) continue;
      const rule = this.#rule(`${type}-alert`, type, alert);
      rule.addTarget(
        new LambdaFunction(target, { deadLetterQueue: deadLetters, maxEventAge: ALERT_AGE, retryAttempts: 20 }),
      );
    }
  }

  #rule(id: string, type: string, detail: NonNullable<EventPattern['detail']>): Rule {
    const pattern = { source: [EVENT_SOURCE], detailType: [type] };
    const eventPattern = Object.keys(detail).length > 0 ? { ...pattern, detail } : pattern;
    return new Rule(this, id, { eventBus: this.bus, eventPattern });
  }
}
