import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { DomainEvent } from '../../../shared/ports/events.ts';
import type { TableName } from '../../../shared/ports/tables.ts';
import type { AlarmDefinition } from './alarms.ts';
import type { ArchiveFunction } from './archive-function.ts';
import type { ArchiveTables } from './archive-tables.ts';
import type { DomainEvents } from './domain-events.ts';
import type { HttpEntrance } from './http-entrance.ts';

const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** An arrival is filed within seconds; the sweep takes up what lies for a quarter of an hour. */
const OLDEST_ARRIVAL_SECONDS = 15 * 60;
/** A unit is indexed within a minute; where its run died, the next begins a quarter of an hour later. */
const OLDEST_UNIT_SECONDS = 20 * 60;
/** Guessing at addresses, or an endpoint that was deleted while a mail system still sends to it. */
const UNKNOWN_PER_HOUR = 100;
/** A single one is normal (a bounce, a test); a rise means that something changed at the sender. */
const QUARANTINED_PER_HOUR = 10;

/** The line that filing logs for a message to no endpoint. */
export const UNKNOWN_ENDPOINT_EVENT = 'unknown endpoint';
const METRIC_NAMESPACE = 'Letterlock';

/** What the alarms of the service look at. */
export interface WatchedParts {
  readonly stage: string;
  readonly arrivals: IQueue;
  readonly index: IQueue;
  /** By the name that their alarm has. */
  readonly deadLetters: ReadonlyMap<string, IQueue>;
  readonly functions: ReadonlyMap<string, ArchiveFunction>;
  readonly tables: ArchiveTables;
  readonly events: DomainEvents;
  readonly http: HttpEntrance;
}

/** Every alarm of the service; each says what it means. */
export function serviceAlarms(scope: Construct, parts: WatchedParts): readonly AlarmDefinition[] {
  return [
    ...queueAlarms(parts),
    ...[...parts.functions.values()].flatMap(functionAlarms),
    ...[...parts.tables.all.keys()].map((name) => tableAlarm(parts.tables, name)),
    {
      name: 'quarantine',
      description: `More than ${QUARANTINED_PER_HOUR} messages an hour went to quarantine: GET /quarantine says why.`,
      metric: quarantined(parts.events),
      threshold: QUARANTINED_PER_HOUR,
    },
    {
      name: 'integrity',
      description: 'An object of the archive is missing or is not what was stored. The event on the bus names it.',
      metric: eventCount(parts.events, 'integrityViolation', FIVE_MINUTES),
      threshold: 1,
    },
    {
      name: 'unknown-endpoints',
      description: `At least ${UNKNOWN_PER_HOUR} messages an hour came to addresses that no endpoint has. Their bytes are kept for 30 days.`,
      metric: unknownEndpoints(scope, parts),
      threshold: UNKNOWN_PER_HOUR,
    },
    {
      name: 'api-errors',
      description: 'The HTTP API answered with a fault of its own (5xx); the log of http-api says which.',
      metric: parts.http.api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 5,
    },
  ];
}

/** Messages that went to quarantine, by the events that say so. */
export function quarantined(events: DomainEvents): Metric {
  return eventCount(events, 'messageQuarantined', HOUR);
}

function queueAlarms({ arrivals, index, deadLetters }: WatchedParts): readonly AlarmDefinition[] {
  const every = { period: FIVE_MINUTES, statistic: Stats.MAXIMUM };
  return [
    ...[...deadLetters].map(([name, queue]) => ({
      name,
      description: `A message in ${queue.queueName} failed for good so far. It is kept for 14 days.`,
      metric: queue.metricApproximateNumberOfMessagesVisible(every),
      threshold: 1,
      // Those of arrivals are settled within minutes; what stays needs a person.
      periods: 3,
    })),
    {
      name: 'oldest-arrival',
      description: 'Arrivals wait to be filed for a quarter of an hour. Nothing is lost; look at archive-arrivals.',
      metric: arrivals.metricApproximateAgeOfOldestMessage(every),
      threshold: OLDEST_ARRIVAL_SECONDS,
    },
    {
      name: 'index-lag',
      description:
        'Mail waits to be indexed for 20 minutes: it is there, but searches do not find it yet. Look at index-messages; where it is merely busy, raise indexingConcurrency.',
      metric: index.metricApproximateAgeOfOldestMessage(every),
      threshold: OLDEST_UNIT_SECONDS,
    },
  ];
}

function functionAlarms({ name, lambda }: ArchiveFunction): readonly AlarmDefinition[] {
  return [
    {
      name: `${name}-errors`,
      description: `Invocations of ${name} failed; its log says why. What they were about is tried again.`,
      metric: lambda.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 1,
      periods: 2,
    },
    {
      name: `${name}-throttles`,
      description: `${name} was not started for want of concurrent executions; raise the account's quota.`,
      metric: lambda.metricThrottles({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 10,
      periods: 3,
    },
  ];
}

function tableAlarm(tables: ArchiveTables, name: TableName): AlarmDefinition {
  const metric = new Metric({
    namespace: 'AWS/DynamoDB',
    metricName: 'WriteThrottleEvents',
    dimensionsMap: { TableName: `${tables.prefix}${name}` },
    period: FIVE_MINUTES,
    statistic: Stats.SUM,
  });
  const description = `Writes to the table ${name} were throttled for a while; they are repeated. A hot partition, or a quota.`;
  return { name: `${name}-throttles`, description, metric, threshold: 100, periods: 3 };
}

function eventCount({ bus, rules }: DomainEvents, type: DomainEvent['type'], period: Duration): Metric {
  const dimensionsMap = { EventBusName: bus.eventBusName, RuleName: rules.get(type)?.ruleName ?? '' };
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'MatchedEvents',
    dimensionsMap,
    period,
    statistic: Stats.SUM,
  });
}

function unknownEndpoints(scope: Construct, { stage, functions }: WatchedParts): Metric {
  const metricName = `${stage}-unknown-endpoints`;
  const filing = functions.get('archive-arrivals');
  if (filing) {
    new MetricFilter(scope, 'UnknownEndpoints', {
      logGroup: filing.logGroup,
      filterPattern: FilterPattern.stringValue('$.event', '=', UNKNOWN_ENDPOINT_EVENT),
      metricNamespace: METRIC_NAMESPACE,
      metricName,
      metricValue: '1',
    });
  }
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, period: HOUR, statistic: Stats.SUM });
}
