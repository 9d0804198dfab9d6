import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { createJsonLogSink } from '../../shared/adapters/system/json-log-sink.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { Ports } from '../../shared/ports/ports.ts';

/** The ports that a process has without any service. */
export function processPorts(): Pick<Ports, 'clock' | 'entropy' | 'logs'> {
  return { clock: systemClock, entropy: cryptoEntropy, logs: createJsonLogSink() };
}
