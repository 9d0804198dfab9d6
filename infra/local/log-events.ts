import type { Events } from '../../shared/ports/events.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';

/** Domain events as log lines: on one machine, whoever watches the log is told. */
export function createLogEvents(logs: LogSink): Events {
  return {
    publish: async ({ type, at, detail }) => logs.info(`event ${type}`, { at: at.toISOString(), ...detail }),
  };
}
