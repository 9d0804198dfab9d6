/** What the process ends with; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  forbidden: 5,
  unreachable: 6,
} as const;

/** What monitoring plugins end with, as Nagios and Icinga read it. */
export const PLUGIN_EXIT = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

/**
 * What a command that waits for a job ends with, by the job's outcome: none of them can be taken for a failure of the
 * command.
 */
export const JOB_EXIT = new Map<string, 0 | 10 | 11 | 12 | 13>([
  ['succeeded', 0],
  ['completedWithErrors', 10],
  ['failed', 11],
  ['cancelled', 12],
  ['disconnected', 13],
]);

export type ExitCode = (typeof EXIT)[keyof typeof EXIT] | 10 | 11 | 12 | 13;
