import type { LiveMailbox } from './live-mailbox.ts';

/** What is known of a message in the archive mailbox of a user. */
interface Known {
  /** Folders that it may lie in, one of these; empty: it does not lie in the archive mailbox. */
  possible: readonly (readonly string[])[];
  /** Set where it was seen between two states: it may lie in any of these folders. */
  passed: Set<string> | undefined;
  /** Whether journaling missed it, and whether a run has seen it live. */
  readonly isLost: boolean;
  wasSeen: boolean;
  /** Whether the archive has it from the journal, in this mailbox. */
  isJournaled: boolean;
}

const TRASH = 'Trash';
/** Not looked at by default. */
const LEFT_OUT = ['Junk', 'Drafts'];
/** A view of all mail, as Gmail has it. */
export const ALL_MAIL = 'All Mail';

/** What the archive is to have of one user, as the script has it: it never asks the archive. */
export class YearModel {
  readonly #live: LiveMailbox;
  readonly #known = new Map<number, Known>();

  constructor(live: LiveMailbox) {
    this.#live = live;
  }

  get messages(): readonly number[] {
    return [...this.#known.keys()];
  }

  /** A message that journaling told of, filed in `folders`; in none where nobody owned its address then. */
  journaled(message: number, folders: readonly string[]): void {
    if (this.#known.has(message)) return;
    const isJournaled = folders.length > 0;
    this.#known.set(message, { possible: [folders], passed: undefined, isLost: false, wasSeen: false, isJournaled });
  }

  /** A message that journaling missed. */
  lost(message: number): void {
    if (this.#known.has(message)) return;
    this.#known.set(message, { possible: [[]], passed: undefined, isLost: true, wasSeen: false, isJournaled: false });
  }

  /** What was missing is archived where it lies; from the trash to where new mail goes. */
  archived(message: number): void {
    this.#known.set(message, {
      possible: [['Inbox']],
      passed: undefined,
      isLost: false,
      wasSeen: true,
      isJournaled: false,
    });
  }

  /** Whether where it lies in the archive depends on when a run has seen it. */
  isDelicate(message: number): boolean {
    const known = this.#known.get(message);
    return known === undefined || known.isLost || known.possible.every((one) => one.length === 0);
  }

  /** What is known of it, for whoever has to find out why something is not as it has to be. */
  historyOf(message: number): readonly string[] {
    return [JSON.stringify(this.#known.get(message))];
  }

  isLost(message: number): boolean {
    return this.#known.get(message)?.isLost ?? false;
  }

  /** A run saw the mailbox as it is now, while its user had all addresses, or lacked one. */
  synchronised({ hasAllAddresses }: { readonly hasAllAddresses: boolean }): void {
    for (const [message, known] of this.#known) {
      const folders = this.#live.foldersOf(message);
      if (folders.some((folder) => !LEFT_OUT.includes(folder))) known.wasSeen = true;
      if (known.isLost) continue;
      const wanted = wantedFolders(folders);
      const isNew = known.possible.every((one) => one.length === 0);
      const isSeen = folders.some((folder) => !LEFT_OUT.includes(folder));
      if (isNew && !isSeen) continue;
      if (isNew) known.isJournaled = hasAllAddresses;
      if (wanted.length === 0 && !isNew) continue;
      // What is new to the archive mailbox, and in the trash, comes to where new mail goes.
      known.possible = [wanted.length > 0 ? wanted : ['Inbox']];
      known.passed = undefined;
    }
  }

  /** A run may have seen messages as they are now, and others as they were: what it made of them is one of these. */
  maybeSynchronised(messages: readonly number[] = this.messages): void {
    for (const message of messages) {
      const known = this.#known.get(message);
      if (!known || known.isLost) continue;
      const wanted = wantedFolders(this.#live.foldersOf(message));
      known.passed ??= new Set(known.possible.flat());
      for (const folder of wanted) known.passed.add(folder);
    }
  }

  /** What is wrong with where the archive has a message; `undefined` where it is as it has to be. */
  fault(message: number, folders: readonly string[]): string | undefined {
    const { possible, passed } = this.#known.get(message) ?? { possible: [[]] as const, passed: undefined };
    const found = folders.toSorted();
    const isPossible = possible.some((one) => JSON.stringify(one.toSorted()) === JSON.stringify(found));
    if (isPossible || (passed && found.length > 0 && found.every((folder) => passed.has(folder)))) return undefined;
    const wanted = passed ? `some of ${[...passed].join(', ')}` : possible.map((one) => one.join(', ')).join(' or ');
    return `[${message}] lies in "${found.join(', ')}", not in "${wanted}"`;
  }

  /** What a report of all time has to list now, after a run that saw everything. */
  reported(): {
    readonly missing: readonly number[];
    readonly gone: readonly number[];
    readonly absent: readonly number[];
  } {
    const isLive = (message: number) => this.#live.foldersOf(message).some((folder) => !LEFT_OUT.includes(folder));
    const of = (has: (known: Known, live: boolean) => boolean) =>
      [...this.#known].filter(([message, known]) => has(known, isLive(message))).map(([message]) => message);
    return {
      missing: of(({ isLost }, live) => isLost && live),
      gone: of(({ isLost, wasSeen }, live) => isLost && wasSeen && !live),
      absent: of(({ isJournaled }, live) => isJournaled && !live),
    };
  }
}

/** Where a message belongs in the archive: where it lies, but for the trash, and for views of what lies elsewhere. */
function wantedFolders(live: readonly string[]): readonly string[] {
  const seen = live.filter((folder) => !LEFT_OUT.includes(folder));
  const own = seen.filter((folder) => folder !== ALL_MAIL);
  const places = own.length > 0 ? own : seen;
  return places.filter((folder) => folder !== TRASH).map((folder) => (folder === 'INBOX' ? 'Inbox' : folder));
}
