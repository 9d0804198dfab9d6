/**
 * How long copies below `exports/` are kept: those for download are fetched within minutes, and a day leaves time for
 * the largest. On AWS a lifecycle rule deletes them, which begins to count at the next midnight (UTC); the local system
 * does so itself.
 */
export const EXPORT_DAYS = 1;
