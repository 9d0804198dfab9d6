import { z } from 'zod';
import { id } from './fields.ts';
import { ListedMessageSchema } from './messages.ts';

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** A cursor holds a position in an order by texts, and what relevance was counted from. */
const MAX_CURSOR = 8_192;

const asked = {
  // Its length is checked where it is understood: too long a query has a code of its own.
  q: z.string().default('').meta({ description: 'The query; empty finds everything. docs/search.md has the language' }),
  mailbox: id.optional().meta({ description: 'Only this mailbox: its id, name or address' }),
  sort: z.enum(['newest', 'oldest', 'relevance', 'size', 'from', 'subject']).default('newest'),
  cursor: z.string().max(MAX_CURSOR).optional(),
};

/** As it stands in an URL: numbers are texts. */
export const SearchQuerySchema = z.strictObject({
  ...asked,
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  job: id
    .optional()
    .meta({ description: 'What a search that runs as a job found so far; takes only limit and cursor beside it' }),
});

export const SearchBodySchema = z
  .strictObject({
    ...asked,
    limit: z.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
    job: z.boolean().optional().meta({ description: 'Begin it as a job at once' }),
  })
  .meta({ id: 'Search' });

const value = { value: z.string(), count: z.number().int() };
const facet = z.array(z.object(value));

const FoundMessageSchema = ListedMessageSchema.extend({
  mailboxId: z.string(),
  snippet: z
    .string()
    .meta({ description: 'HTML: escaped text, <mark> around what matched; empty where there is nothing to show' }),
}).meta({ id: 'FoundMessage' });

export const SearchResultSchema = z
  .object({
    items: z.array(FoundMessageSchema),
    total: z.number().int(),
    totalIsExact: z.boolean(),
    facets: z.object({
      mailbox: z.array(z.object({ ...value, name: z.string().optional() })),
      folder: facet,
      month: facet,
      sender: facet,
      attachmentType: facet,
    }),
    limits: z.array(z.enum(['terms', 'clauses', 'work'])).meta({
      description:
        'What was cut off. terms: a word stands for more words than are looked up. clauses: the query has more words ' +
        'than are looked up. work: phrases and nearness were not decided for all messages',
    }),
    searched: z.object({
      segments: z.number().int(),
      of: z.number().int(),
      failed: z
        .array(z.string())
        .meta({ description: 'Ids of mailboxes whose index could not be read; it is being repaired' }),
    }),
    cursor: z.string().optional(),
    jobId: z
      .string()
      .optional()
      .meta({ description: 'The job that goes on where time ended; GET /search?job=… has what it finds' }),
  })
  .meta({ id: 'SearchResult' });
