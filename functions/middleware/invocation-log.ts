import type { MiddlewareObj } from '@middy/core';
import type { LogSink } from '../../shared/ports/log-sink.ts';

/** Logs what a function throws before the platform sees it, so that a retry has its reason beside it. */
export function invocationLog(logs: LogSink, name: string): MiddlewareObj {
  return {
    onError: (request) => {
      logs.error('function failed', { function: name, error: request.error });
    },
  };
}
