import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Aws, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface AlarmDefinition {
  /** A part of the alarm's id: part of the contract. */
  readonly name: string;
  /** What it means and what to do. */
  readonly description: string;
  readonly metric: IMetric;
  /** The alarm is raised at this value and above. */
  readonly threshold: number;
  /** So many periods of the metric in a row. Default: 1. */
  readonly periods?: number;
}

/** Alarms that tell one topic. Where nothing is measured, nothing is wrong: functions that do not run cost nothing. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(
    scope: Construct,
    id: string,
    {
      stage,
      topic,
      alarms,
    }: { readonly stage: string; readonly topic: Topic; readonly alarms: readonly AlarmDefinition[] },
  ) {
    super(scope, id);
    // A topic with a policy of its own, such as the demand for TLS, lets in nobody whom that does not name.
    const alarmArn = Stack.of(this).formatArn({ service: 'cloudwatch', resource: 'alarm:*' });
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': alarmArn },
    };
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions,
      }),
    );
    const action = new SnsAction(topic);
    this.all = alarms.map(({ name, description, metric, threshold, periods = 1 }) => {
      const alarm = new Alarm(this, name, {
        alarmName: `letterlock-${stage}-${name}`,
        alarmDescription: description,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
  }
}
