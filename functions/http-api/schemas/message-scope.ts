import { z } from 'zod';
import { MAX_CUSTODIANS } from '../../../shared/domain/message-scope.ts';
import { address, id, queryTime, time } from './fields.ts';

/** What a client names mail by; of legal holds there is `everything` besides. */
export const WRITTEN_SCOPE = {
  mailboxes: z.array(id).min(1).max(MAX_CUSTODIANS).optional(),
  addresses: z.array(address).min(1).max(MAX_CUSTODIANS).optional(),
  from: queryTime.optional(),
  to: queryTime.optional(),
  query: z.string().optional(),
};

/** How the conditions of a scope go together. */
export const SCOPE_DESCRIPTION =
  'All that is given must match: lying in one of the mailboxes or being from or to one of the addresses; ' +
  'the period of receipt, of which to is exclusive; the search';

/** A scope as it is answered. */
export const ScopeSchema = z.object({
  everything: z.literal(true).optional(),
  mailboxes: z.array(z.string()).optional(),
  addresses: z.array(z.string()).optional(),
  from: time.optional(),
  to: time.optional(),
  query: z.string().optional(),
});
