/** `purging`: being removed, may still come back; `purged`: gone for good, only its tombstone is left. */
export type PurgeState = 'live' | 'purging' | 'purged';
