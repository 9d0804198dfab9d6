import type { DecidingContext } from './decide-message.ts';
import type { PolicyBook } from './policy-book.ts';
import type { HoldsOn } from './why-kept.ts';

/** What deciding on deletions takes. */
export interface DeletionJudge extends DecidingContext {
  readonly policies: PolicyBook;
  readonly holdsOn: HoldsOn;
}
