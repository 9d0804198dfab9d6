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

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
