import type { Ports } from '../../ports/ports.ts';
import type { FactsContext } from '../retention/facts-of-message.ts';
import type { PolicyBook } from '../retention/policy-book.ts';

/** What filing is told where the storage locks what policies keep. */
export interface StorageLocks {
  readonly policies: Pick<PolicyBook, 'now'>;
}

/** What locks are set with. */
export interface LockContext extends FactsContext, StorageLocks {
  readonly ports: Pick<Ports, 'archive' | 'tables' | 'clock'>;
}
