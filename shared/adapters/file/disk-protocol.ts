// What the main thread and the disk threads say to each other. All paths are absolute.

/** Bytes that become a synced file which no key names yet. */
export interface Draft {
  readonly path: string;
  /** `new`: nothing is there. `reuse`: a file is, with bytes to be overwritten. `append`: a part is written already. */
  readonly begin: 'new' | 'reuse' | 'append';
  readonly bytes: Uint8Array;
  /** In seconds since 1970; the system's time if left out. */
  readonly modifiedAt?: number;
}

/** The name that a file is to get. */
export interface Target {
  readonly root: string;
  readonly path: string;
  /** `link` leaves what has the name already, and the file its former one; `rename` replaces it. */
  readonly move: 'link' | 'rename';
  /** Whether the directory may have to be made. */
  readonly isNewDirectory: boolean;
  /** What is to be synced for the name to be durable, if no directory turns out to be missing. */
  readonly syncs: readonly string[];
}

export interface Removal {
  readonly path: string;
  /** Where the file is kept for another body instead. */
  readonly spare?: string;
  /** The directory that held it and those above it, as far as they are removed once empty. */
  readonly prune: readonly string[];
  /** The directory above those. */
  readonly above: string;
}

export type DiskOperation =
  | { readonly kind: 'append'; readonly draft: Draft }
  | { readonly kind: 'write'; readonly draft: Draft }
  | { readonly kind: 'place'; readonly from: string; readonly target: Target }
  | { readonly kind: 'create'; readonly draft: Draft; readonly target: Target }
  | { readonly kind: 'remove'; readonly removal: Removal }
  | { readonly kind: 'discard'; readonly path: string }
  | { readonly kind: 'sync'; readonly directories: readonly string[] };

export interface FileFacts {
  readonly isFile: boolean;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

export interface SystemFailure {
  readonly message: string;
  readonly code: string;
  readonly syscall: string;
}

/**
 * `done` otherwise. Of `place` and `create`: `exists`; `directory`, where other keys begin with the name;
 * `mixed`, where the name or one of its directories is taken by the other kind. Of `remove`: `spared`,
 * where the file lies under its spare name now. All changes are durable, but those of `append` and `discard`.
 */
export type DiskAnswer =
  | {
      readonly outcome: 'done' | 'exists' | 'directory' | 'mixed' | 'spared';
      /** Of the file written, by `write` and `create`. */
      readonly facts?: FileFacts;
    }
  | { readonly outcome: 'failed'; readonly failure: SystemFailure };
