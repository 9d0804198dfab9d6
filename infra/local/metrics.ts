import type { MemoryQueue } from '../../shared/adapters/memory/queue.ts';

/** Figures of this process as Prometheus text (exposition format 0.0.4). */
export function metricsText(queue: MemoryQueue): string {
  const { rss } = process.memoryUsage();
  const lines = [
    gauge('letterlock_queue_depth', 'Messages waiting or being handled.', [
      ['{queue="arrivals"}', queue.depth('arrivals')],
      ['{queue="jobs"}', queue.depth('jobs')],
    ]),
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
