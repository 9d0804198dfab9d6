/** What a thread of a pool is asked, and what it answers. */
export interface ThreadQuestion {
  readonly id: number;
  readonly question: unknown;
}

export type ThreadAnswer =
  | { readonly id: number; readonly answer: unknown }
  /** `code` is that of an `ArchiveError`, if it was one. */
  | { readonly id: number; readonly failed: string; readonly code?: string };
