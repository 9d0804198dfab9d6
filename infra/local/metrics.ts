import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';
import type { IndexLag } from '../../shared/usecases/search/index/index-lag.ts';

/** Figures of this process as Prometheus text (exposition format 0.0.4). */
export function metricsText(queue: MemoryQueue, lag: IndexLag): string {
  const { rss } = process.memoryUsage();
  const lines = [
    gauge('letterlock_queue_depth', 'Messages waiting or being handled.', [
      ['{queue="arrivals"}', queue.depth('arrivals')],
      ['{queue="jobs"}', queue.depth('jobs')],
      ['{queue="index"}', queue.depth('index')],
    ]),
    gauge('letterlock_index_lag_seconds', 'For how long mail has been waiting to be indexed.', [['', lag.seconds]]),
    gauge('letterlock_index_pending', 'Parts of the index with mail that waits.', [['', lag.pendingUnits]]),
    gauge('process_resident_memory_bytes', 'Resident memory.', [['', rss]]),
    gauge('process_uptime_seconds', 'Seconds since the start.', [['', Math.round(process.uptime())]]),
  ];
  return `${lines.join('\n')}\n`;
}

function gauge(name: string, help: string, values: readonly (readonly [string, number])[]): string {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...values.map(([labels, value]) => `${name}${labels} ${value}`),
  ].join('\n');
}
