/** Which way mail went, as seen from the organisation. */
export type Direction = 'incoming' | 'outgoing' | 'internal';
