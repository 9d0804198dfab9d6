import { dirname } from 'node:path';
import { descriptorOf, type SystemCall, type TraceEvent, textsOf } from './strace.ts';

/** A file, whatever its names are. */
interface TracedFile {
  /** When it was last changed and that is not known to be on the disk. */
  changedAt: number | undefined;
  /** The start of what was last written to its start, as strace writes it. */
  text: string;
}

interface Name {
  readonly file: TracedFile | undefined;
  readonly madeAt: number;
  durableAt: number | undefined;
}

const CHANGES = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'copy_file_range', 'sendfile', 'ftruncate']);

/**
 * What a disk holds for certain, by the system calls that a process made: a file once `fsync` has ended
 * that began after its last change, its name once `fsync` of its directory has that began after the name
 * was made (POSIX promises no more). Names that were there before are durable.
 */
export class TracedDisk {
  readonly #names = new Map<string, Name>();

  /** Takes in the end of a call. */
  apply({ call, at, startedAt }: TraceEvent): void {
    if (!call.succeeded) return;
    const descriptor = descriptorOf(call);
    const texts = textsOf(call);
    if (CHANGES.has(call.name)) this.#changed(descriptor, at, texts[0]);
    else if (call.name === 'fsync' || call.name === 'fdatasync') this.#synced(descriptor, startedAt, at);
    else if (call.name.startsWith('mkdir')) this.#named(texts[0], undefined, at);
    else if (call.name.startsWith('open') && call.args.includes('O_CREAT')) this.#opened(texts[0], at);
    else if (call.name.startsWith('link')) this.#named(texts[1], this.#names.get(texts[0] ?? '')?.file, at);
    else if (call.name.startsWith('rename')) {
      this.#named(texts[1], this.#names.get(texts[0] ?? '')?.file, at);
      this.#names.delete(texts[0] ?? '');
    } else if (call.name.startsWith('unlink')) this.#names.delete(texts[0] ?? '');
  }

  /** When the file of that name, its bytes and the directories above it became durable; `undefined` where they are not. */
  durableSince(path: string): number | undefined {
    const name = this.#names.get(path);
    if (!name || name.file?.changedAt !== undefined) return undefined;
    let since = 0;
    for (let at = path; at !== dirname(at); at = dirname(at)) {
      const above = this.#names.get(at);
      if (above && above.durableAt === undefined) return undefined;
      since = Math.max(since, above?.durableAt ?? 0);
    }
    return since;
  }

  /** The names below a directory, with when they were made. */
  namesBelow(directory: string): readonly { readonly path: string; readonly madeAt: number; readonly text: string }[] {
    return [...this.#names]
      .filter(([path]) => path.startsWith(`${directory}/`))
      .map(([path, { madeAt, file }]) => ({ path, madeAt, text: file?.text ?? '' }));
  }

  #opened(path: string | undefined, at: number): void {
    if (path !== undefined && !this.#names.has(path)) this.#named(path, { changedAt: at, text: '' }, at);
  }

  #named(path: string | undefined, file: TracedFile | undefined, at: number): void {
    if (path !== undefined) this.#names.set(path, { file, madeAt: at, durableAt: undefined });
  }

  #changed(path: string, at: number, text: string | undefined): void {
    const file = this.#names.get(path)?.file;
    if (!file) return;
    // A file that is emptied or written anew holds something else from now on.
    if (file.changedAt === undefined) file.text = '';
    file.changedAt = at;
    file.text ||= text ?? '';
  }

  #synced(path: string, startedAt: number, at: number): void {
    const file = this.#names.get(path)?.file;
    if (file?.changedAt !== undefined && file.changedAt <= startedAt) file.changedAt = undefined;
    for (const [entry, name] of this.#names) {
      if (dirname(entry) === path && name.madeAt <= startedAt) name.durableAt ??= at;
    }
  }
}

/** Whether a call gives up the name of a file, and which. */
export function removedName({ name, args }: SystemCall): string | undefined {
  return /^(rename|unlink)/.test(name) ? textsOf({ name, args, succeeded: true })[0] : undefined;
}
