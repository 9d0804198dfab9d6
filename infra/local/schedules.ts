import type { Ports } from '../../shared/ports/ports.ts';
import { SWEEP_AFTER_MS } from '../../shared/usecases/maintenance/run-job.ts';
import { sweep } from '../../shared/usecases/maintenance/sweep.ts';

export const SWEEP_INTERVAL_MS = 5 * 60_000;

/** Sweeps at intervals, as the schedule on AWS does. Answers what stops it; no timer keeps the process alive. */
export function sweepRegularly(ports: Ports, intervalMs: number): () => void {
  const timer = setInterval(() => {
    sweep(ports, new Date(ports.clock.now().getTime() - SWEEP_AFTER_MS)).catch((error: unknown) => {
      ports.logs.error('sweep failed', { error });
    });
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
