export interface ReindexCounts {
  readonly mailboxes: number;
  readonly messages: number;
  readonly segments: number;
}

/** How far a reindex has come. */
export interface ReindexCheckpoint {
  readonly counts: ReindexCounts;
  /** Left out: all mailboxes. */
  readonly mailboxId?: string;
  /** Only what is missing in that part of the index; left out: everything is built again. */
  readonly missingIn?: string;
  /** The mailbox that it is in, and the page of its lists that comes next. */
  readonly at?: { readonly mailboxId: string; readonly list: number; readonly cursor?: string };
}
