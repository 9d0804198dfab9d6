import { Dashboard, GraphWidget, type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { quarantined, type WatchedParts } from './service-alarms.ts';

/** What to look at first: mail coming in, waiting and failing; the index; functions; the API. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, parts: WatchedParts) {
    super(scope, id);
    const { stage, arrivals, index, deadLetters, functions, http, events } = parts;
    const all = [...functions.values()];
    const period = Duration.minutes(5);
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `letterlock-${stage}` });
    const graph = (title: string, left: readonly IMetric[]) => new GraphWidget({ title, left: [...left], width: 8 });
    dashboard.addWidgets(
      graph('Arrivals', [arrivals.metricNumberOfMessagesReceived({ period })]),
      graph('Age of the oldest arrival (s)', [arrivals.metricApproximateAgeOfOldestMessage({ period })]),
      graph('Age of the oldest unit to be indexed (s)', [index.metricApproximateAgeOfOldestMessage({ period })]),
      graph(
        'Dead letters',
        [...deadLetters.values()].map((queue) => queue.metricApproximateNumberOfMessagesVisible({ period })),
      ),
      graph(
        'Errors of functions',
        all.map(({ lambda }) => lambda.metricErrors({ period })),
      ),
      graph(
        'Duration of functions (ms, 95 of 100)',
        all.map(({ lambda }) => lambda.metricDuration({ period, statistic: Stats.percentile(95) })),
      ),
      graph(
        'Concurrent executions',
        all.map(({ lambda }) => concurrent(lambda.functionName, period)),
      ),
      graph('Requests to the API', [
        http.api.metricCount({ period }),
        http.api.metricClientError({ period }),
        http.api.metricServerError({ period }),
      ]),
      graph('Latency of the API (ms)', [http.api.metricLatency({ period, statistic: Stats.percentile(95) })]),
      graph('Quarantined', [quarantined(events)]),
    );
  }
}

function concurrent(functionName: string, period: Duration): Metric {
  const dimensionsMap = { FunctionName: functionName };
  return new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'ConcurrentExecutions',
    dimensionsMap,
    period,
    statistic: Stats.MAXIMUM,
  });
}
