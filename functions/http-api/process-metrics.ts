import type { IndexLag } from '../../shared/usecases/search/index/index-lag.ts';

/**
 * Figures of this process, and how far the index is behind, as Prometheus text (exposition format 0.0.4). What all
 * processes do together, queues and errors, CloudWatch counts on AWS.
 */
export function processMetrics(lag: IndexLag): string {
  return [
    '# HELP process_resident_memory_bytes Resident memory.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${process.memoryUsage().rss}`,
    '# HELP process_uptime_seconds Seconds since the start.',
    '# TYPE process_uptime_seconds gauge',
    `process_uptime_seconds ${Math.round(process.uptime())}`,
    '# HELP letterlock_index_lag_seconds For how long mail has been waiting to be indexed.',
    '# TYPE letterlock_index_lag_seconds gauge',
    `letterlock_index_lag_seconds ${lag.seconds}`,
    '# HELP letterlock_index_pending Parts of the index with mail that waits.',
    '# TYPE letterlock_index_pending gauge',
    `letterlock_index_pending ${lag.pendingUnits}`,
    '',
  ].join('\n');
}
