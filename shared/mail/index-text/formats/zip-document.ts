import type { Extraction } from '../extraction.ts';
import { unpackEntry, type ZipEntry, zipEntries } from './zip.ts';

/** Of one document, with pictures. Stops archives that are called documents. */
const MAX_PARTS = 20_000;

/** A document whose parts are files of a ZIP archive. */
export class ZipDocument {
  readonly #zip: Buffer;
  readonly #extraction: Extraction;
  readonly #entries = new Map<string, ZipEntry>();

  constructor(zip: Buffer, extraction: Extraction) {
    this.#zip = zip;
    this.#extraction = extraction;
    const { entries, isCut } = zipEntries(zip, MAX_PARTS);
    if (isCut) extraction.unreadable('damaged');
    for (const entry of entries) this.#entries.set(entry.name.replaceAll('\\', '/'), entry);
  }

  /** The names of the parts that `pattern` matches, in the order of the numbers in them. */
  names(pattern: RegExp): string[] {
    const names = [...this.#entries.keys()].filter((name) => pattern.test(name));
    return names.sort((one, other) => numberIn(one) - numberIn(other));
  }

  /** `undefined` where there is no such part, or it cannot be read; what is missing then is noted. */
  async part(name: string): Promise<Buffer | undefined> {
    const entry = this.#entries.get(name);
    if (entry === undefined || this.#extraction.isDone) return undefined;
    if (entry.isEncrypted) {
      this.#extraction.unreadable('password');
      return undefined;
    }
    const unpacked = await unpackEntry(this.#zip, entry, this.#extraction.bytesLeft);
    if (unpacked === undefined || unpacked.end === 'damaged') this.#extraction.unreadable('damaged');
    else if (unpacked.end === 'limit') this.#extraction.unreadable('limit');
    this.#extraction.takeBytes(unpacked?.content.length ?? 0);
    return unpacked?.content;
  }
}

function numberIn(name: string): number {
  return Number(/(\d{1,9})\D*$/.exec(name)?.[1] ?? 0);
}
