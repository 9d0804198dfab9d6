import type { z } from 'zod';
import { InvalidRequestError } from '../../shared/errors.ts';
import type { ApiRequest } from './api-request.ts';
import { BodyTooLargeError } from './error-response.ts';

/** No request of this API is longer; mail comes in by other doors. */
const MAX_BODY_BYTES = 1024 * 1024;
/** How many faults an answer names. */
const MAX_DETAILS = 20;

/** `value` as `schema` gives it. Throws `InvalidRequestError` that names the first fault and lists them as details. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.slice(0, MAX_DETAILS).map(fault);
  const [first] = details;
  throw new InvalidRequestError(first ? [first.path, first.message].filter(Boolean).join(': ') : 'invalid', details);
}

/** The JSON of a body, `{}` where there is none. Throws `InvalidRequestError`, `BodyTooLargeError`. */
export function parseBody({ body, contentType }: Pick<ApiRequest, 'body' | 'contentType'>): unknown {
  if (body.length > MAX_BODY_BYTES) throw new BodyTooLargeError(MAX_BODY_BYTES);
  if (body.length === 0) return {};
  if (!/^application\/json\s*(?:;|$)/i.test(contentType)) {
    throw new InvalidRequestError('send the body as JSON with Content-Type: application/json');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new InvalidRequestError('the body is not JSON in UTF-8');
  }
}

interface Fault {
  readonly path: string;
  readonly message: string;
}

function fault(issue: z.core.$ZodIssue): Fault {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, MAX_DETAILS).map((key) => `"${key.slice(0, 100)}"`);
    return { path, message: `unknown field ${names.join(', ')}` };
  }
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('received undefined')) {
    return { path, message: 'required' };
  }
  return { path, message: issue.message.replace(/^Invalid input: /, '') };
}
