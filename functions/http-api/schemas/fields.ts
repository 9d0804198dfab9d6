import { z } from 'zod';

/** Text that people gave something: one line, well-formed, trimmed. */
export function text(maxLength: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must be one line of well-formed Unicode');
}

/** A person's name: as `text`, and without what turns the reading order or breaks the line (Unicode, bidirectional controls). */
export function personName(maxLength: number) {
  return text(maxLength).refine(
    (value) => !/[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(value),
    'must not turn the reading order',
  );
}

/** An id or name as it stands in a path: what is not there is `not_found`, however it looks. */
export const id = z.string().min(1).max(400);

/** `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export const time = z.string().meta({ format: 'date-time' });

/** A time in a query: with an offset, or a date, which begins at midnight UTC. */
export const queryTime = z.union(
  [z.iso.datetime({ offset: true }), z.iso.date()],
  'must be a date or a time such as 2026-01-31T12:00:00Z',
);

export const address = z.string().min(3).max(400);

export const mailboxIdParams = z.object({ mailboxId: id });
export const archiveIdParams = z.object({ archiveId: id });

export const ErrorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }) })
  .meta({ id: 'Error' });

/** A person or list in an address field. */
export const AddressSchema = z.object({ name: z.string().optional(), address: z.string() }).meta({ id: 'Address' });

export const JobReferenceSchema = z.object({ jobId: z.string() }).meta({ id: 'JobReference' });
