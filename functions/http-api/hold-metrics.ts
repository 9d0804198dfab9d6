import type { Ports } from '../../shared/ports/ports.ts';
import { activeHolds } from '../../shared/usecases/holds/hold-book.ts';

/** How many legal holds there are, as Prometheus text (exposition format 0.0.4). */
export async function holdMetrics(ports: Pick<Ports, 'tables' | 'clock'>): Promise<string> {
  const holds = await activeHolds(ports);
  const now = ports.clock.now().toISOString();
  const due = holds.filter(({ reviewAt }) => reviewAt !== undefined && reviewAt <= now);
  return [
    '# HELP letterlock_legal_holds Legal holds that are active.',
    '# TYPE letterlock_legal_holds gauge',
    `letterlock_legal_holds ${holds.length}`,
    '# HELP letterlock_legal_holds_due_for_review Active legal holds whose day of review has come.',
    '# TYPE letterlock_legal_holds_due_for_review gauge',
    `letterlock_legal_holds_due_for_review ${due.length}`,
    '',
  ].join('\n');
}
