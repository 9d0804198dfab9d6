import type { SourceFolder } from '../../sources/source.ts';
import type { FetchRun } from './fetch-run.ts';

/**
 * How far a run has come in the folders of a mailbox, for people: in messages where the source told with the list how
 * many there are, else in folders alone.
 */
export class MailboxProgress {
  readonly #run: Pick<FetchRun, 'progressed'>;
  readonly #folders: readonly SourceFolder[];
  /** Undefined where the source did not tell it of every folder. */
  readonly #messages: number | undefined;
  #foldersDone = 0;
  #messagesBefore = 0;
  #messagesInFolder = 0;

  constructor(run: Pick<FetchRun, 'progressed'>, folders: readonly SourceFolder[]) {
    this.#run = run;
    this.#folders = folders;
    const isTold = folders.every(({ state }) => state !== undefined);
    this.#messages = isTold ? folders.reduce((sum, folder) => sum + messagesIn(folder), 0) : undefined;
    this.#tell();
  }

  /** So many more messages of the folder at hand were gone through. */
  wentThrough(messages: number): void {
    this.#messagesInFolder += messages;
    this.#tell();
  }

  /** The folder at hand is done, whatever became of it; the next one is at hand. */
  folderDone(): void {
    this.#messagesBefore += messagesIn(this.#folders[this.#foldersDone]);
    this.#messagesInFolder = 0;
    this.#foldersDone += 1;
    this.#tell();
  }

  #tell(): void {
    const folders = { folders: this.#folders.length, foldersDone: this.#foldersDone };
    const messages = this.#messages;
    // What is filed late is of an earlier folder; what comes meanwhile was not told of.
    const inFolder = Math.min(this.#messagesInFolder, messagesIn(this.#folders[this.#foldersDone]));
    const messagesDone = this.#messagesBefore + inFolder;
    this.#run.progressed(messages === undefined ? folders : { ...folders, messages, messagesDone });
  }
}

function messagesIn(folder: SourceFolder | undefined): number {
  return folder?.state?.messages ?? 0;
}
