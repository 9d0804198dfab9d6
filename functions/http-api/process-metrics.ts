/**
 * Figures of this process as Prometheus text (exposition format 0.0.4). What all processes do together,
 * queues and errors, CloudWatch counts on AWS.
 */
export function processMetrics(): string {
  return [
    '# HELP process_resident_memory_bytes Resident memory.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${process.memoryUsage().rss}`,
    '# HELP process_uptime_seconds Seconds since the start.',
    '# TYPE process_uptime_seconds gauge',
    `process_uptime_seconds ${Math.round(process.uptime())}`,
    '',
  ].join('\n');
}
