/** Structured logs for operators: one JSON line each, ids and codes, never a subject, body, address or secret. */
export interface LogSink {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields & { readonly error?: unknown }): void;
}

export type LogFields = { readonly [name: string]: unknown };
