import type { RequestKind } from '../../shared/domain/requests/data-request.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { unfinishedRequests } from '../../shared/usecases/requests/request-book.ts';

const KINDS: readonly RequestKind[] = ['erasure', 'access', 'bulk-deletion'];

/** How many requests wait for somebody or something, as Prometheus text (exposition format 0.0.4). */
export async function requestMetrics(ports: Pick<Ports, 'tables' | 'clock'>): Promise<string> {
  const now = ports.clock.now().toISOString();
  const counts = await Promise.all(
    KINDS.map(async (kind) => {
      let [open, overdue] = [0, 0];
      for await (const { dueAt } of unfinishedRequests(ports, kind)) {
        open += 1;
        if (dueAt !== undefined && dueAt <= now) overdue += 1;
      }
      return { kind, open, overdue };
    }),
  );
  return [
    '# HELP letterlock_requests Erasure and access requests and bulk deletions that are not closed.',
    '# TYPE letterlock_requests gauge',
    ...counts.map(({ kind, open }) => `letterlock_requests{kind="${kind}"} ${open}`),
    '# HELP letterlock_requests_overdue Those that should have been answered by now.',
    '# TYPE letterlock_requests_overdue gauge',
    ...counts.map(({ kind, overdue }) => `letterlock_requests_overdue{kind="${kind}"} ${overdue}`),
    '',
  ].join('\n');
}
