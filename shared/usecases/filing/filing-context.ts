import type { ArrivalRules } from '../../domain/arrival-reading.ts';
import type { Ports } from '../../ports/ports.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import type { StorageLocks } from '../locks/storage-locks.ts';
import type { PolicyBook } from '../retention/policy-book.ts';

export type FilingPorts = Pick<
  Ports,
  'intake' | 'archive' | 'tables' | 'log' | 'queue' | 'dns' | 'clock' | 'entropy' | 'events' | 'logs' | 'reader'
>;

/** What filing works with. */
export interface FilingContext extends ArrivalRules {
  readonly ports: FilingPorts;
  readonly directory: FilingDirectory;
  /** Left out where the storage locks nothing for policies. */
  readonly locks?: StorageLocks;
  /** By which fetched mail that is past its maximum is left out; without it, it is filed. */
  readonly policies?: PolicyBook;
}
