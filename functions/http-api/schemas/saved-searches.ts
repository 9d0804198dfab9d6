import { z } from 'zod';
import { id, text, time } from './fields.ts';

const name = text(200);
// Its length is checked where it is understood: too long a query has a code of its own.
const q = z.string().meta({ description: 'The query, in the language of docs/search.md' });
const sort = z.enum(['newest', 'oldest', 'relevance', 'size', 'from', 'subject']);

export const SavedSearchSchema = z
  .object({
    savedSearchId: z.string(),
    name: z.string(),
    q: z.string(),
    sort: sort.optional(),
    mailbox: z.string().optional(),
    owner: z.string().meta({ description: 'The name of the user whose it is' }),
    shared: z.boolean(),
    createdAt: time,
    link: z.string().meta({ description: 'Where the web application shows it; leads others to it while it is shared' }),
  })
  .meta({ id: 'SavedSearch' });

export const NewSavedSearchSchema = z
  .strictObject({
    name,
    q,
    sort: sort.optional(),
    mailbox: id.optional(),
    shared: z.boolean().default(false).meta({ description: 'Whether whoever signs in and has the link may read it' }),
  })
  .meta({ id: 'NewSavedSearch' });

export const SavedSearchChangeSchema = z
  .strictObject({
    name: name.optional(),
    q: q.optional(),
    sort: sort.nullable().optional(),
    mailbox: id.nullable().optional(),
    shared: z.boolean().optional(),
  })
  .meta({ id: 'SavedSearchChange' });
