/**
 * The ids of messages, and of input in quarantine, that a message of the queue `purges` names; `undefined` where it is
 * about something else.
 */
export function namedPurges(body: string): readonly string[] | undefined {
  try {
    const nudge: unknown = JSON.parse(body);
    const isNamed = typeof nudge === 'object' && nudge !== null && 'archiveIds' in nudge;
    if (!isNamed || !Array.isArray(nudge.archiveIds)) return undefined;
    return nudge.archiveIds.filter((id): id is string => typeof id === 'string');
  } catch {
    return undefined;
  }
}
