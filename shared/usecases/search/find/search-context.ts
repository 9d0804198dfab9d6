import type { Ports } from '../../../ports/ports.ts';
import type { FailedUnit, SearchWorkers } from '../../../ports/search-workers.ts';
import type { ConfigurationContext } from '../../configuration-context.ts';
import type { UnitReader } from '../read/unit-reader.ts';
import type { FilingsOf } from './shown-messages.ts';

type SearchPorts = Pick<Ports, 'tables' | 'derived' | 'queue' | 'secrets' | 'clock' | 'entropy' | 'logs'>;

/** What searching works with; one for a process. */
export interface SearchContext {
  readonly ports: SearchPorts;
  readonly configuration: Pick<ConfigurationContext, 'access' | 'addresses' | 'compliance'>;
  readonly workers: SearchWorkers;
  readonly reader: Pick<UnitReader, 'listUnits'>;
  readonly filingsOf: FilingsOf;
  /** Has what is damaged made again; never rejects. */
  readonly repair: (failed: readonly FailedUnit[]) => Promise<void>;
  /** How long an answer may take; what is not searched by then goes on as a job. */
  readonly budgetMs?: number;
}
