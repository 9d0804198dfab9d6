import type { ArrivalFacts } from '../../domain/arrival.ts';
import type { ArrivalReading } from '../../domain/arrival-reading.ts';

/** An arrival whose bytes have been read. */
export interface ReadArrival extends ArrivalReading {
  readonly arrivalId: string;
  readonly facts: ArrivalFacts;
  /** The whole arrival. */
  readonly raw: Uint8Array;
}
