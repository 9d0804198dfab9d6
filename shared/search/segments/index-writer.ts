import { crc32 } from 'node:zlib';
import { ByteWriter } from './byte-writer.ts';
import {
  BLOCK_BYTES,
  FORM,
  FORMAT_VERSION,
  GERMAN,
  INDEX_MAGIC,
  isCompoundTerm,
  MAX_INLINE_BYTES,
  reversed,
  SEVERAL_FIELDS,
} from './format.ts';
import { FrontCodedWriter } from './front-coded-writer.ts';
import { pageChecksums } from './page-checksums.ts';
import type { PostingsList } from './postings-list.ts';

/** Postings are handed on in parts of about this size, so that they are not copied as they grow. */
const PART_BYTES = 1024 * 1024;

/** Writes an index file: terms in the order of their UTF-8 bytes, then what stands behind them. */
export class IndexWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #postings = new ByteWriter(PART_BYTES / 16);
  #postingsBytes = 0;
  readonly #dictionary = new FrontCodedWriter(BLOCK_BYTES);
  readonly #compounds: { readonly reversed: string; readonly documents: number }[] = [];

  /** `lists` are not empty, ascending by field. They may be cleared afterwards, `term` overwritten. */
  addTerm(term: Uint8Array, isGerman: boolean, lists: readonly PostingsList[]): void {
    const entry = this.#dictionary.begin(term, this.#postingsBytes);
    const flags = isGerman ? GERMAN : 0;
    const [only] = lists;
    let documents = 0;
    if (lists.length > 1) entry.byte(SEVERAL_FIELDS | flags | lists.length);
    for (const list of lists) {
      const form = formOf(list);
      entry.byte(list.field | (form << 4) | (list === only && lists.length === 1 ? flags : 0));
      if (form === FORM.list) this.#writeList(entry, list);
      else writeInline(entry, list, form);
      documents += list.count;
    }
    for (const list of lists) if (formOf(list) === FORM.list) this.#postings.raw(list.positions.view());
    this.#drain();
    if (isGerman) this.#addCompound(term, documents);
  }

  /** Closes the file with the sections `columns`, `subjects` and `ids`. */
  finish(documentCount: number, tokeniser: number, behind: readonly Uint8Array[]): WrittenIndex {
    this.#drain(0);
    const dictionary = this.#dictionary.finish();
    const compounds = this.#writeCompounds();
    const sections = [[...this.#parts], dictionary.parts, compounds.parts, ...behind.map((section) => [section])];
    const parts = sections.flat();
    const end = new ByteWriter();
    end.varint(tokeniser);
    end.varint(documentCount);
    for (const section of sections) end.varint(section.reduce((sum, { length }) => sum + length, 0));
    end.raw(dictionary.sparse);
    end.raw(compounds.sparse);
    for (const checksum of pageChecksums(parts)) end.uint32(checksum);
    end.uint32(end.length + 16);
    end.uint32(FORMAT_VERSION);
    end.raw(new TextEncoder().encode(INDEX_MAGIC));
    const last = end.take();
    return {
      parts: [...parts, last],
      sizeBytes: parts.reduce((sum, { length }) => sum + length, last.length),
      endChecksum: crc32(last),
    };
  }

  /** Lengths into the entry, postings out; positions follow those of all fields. */
  #writeList(entry: ByteWriter, list: PostingsList): void {
    const before = this.#postings.length;
    list.write(this.#postings);
    const postingsBytes = this.#postings.length - before;
    entry.varint(list.count);
    entry.varint(postingsBytes);
    entry.varint(list.positions.length);
    this.#postingsBytes += postingsBytes + list.positions.length;
  }

  #addCompound(term: Uint8Array, documents: number): void {
    const text = new TextDecoder().decode(term);
    if (isCompoundTerm(text)) this.#compounds.push({ reversed: reversed(text), documents });
  }

  #writeCompounds(): ReturnType<FrontCodedWriter['finish']> {
    const writer = new FrontCodedWriter(BLOCK_BYTES);
    const encoder = new TextEncoder();
    const terms = this.#compounds.map(({ reversed, documents }) => ({ bytes: encoder.encode(reversed), documents }));
    terms.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    for (const { bytes, documents } of terms) writer.begin(bytes, 0).varint(documents);
    return writer.finish();
  }

  #drain(above = PART_BYTES): void {
    if (this.#postings.length > above) this.#parts.push(this.#postings.take());
  }
}

export interface WrittenIndex {
  readonly parts: readonly Uint8Array[];
  readonly sizeBytes: number;
  readonly endChecksum: number;
}

function formOf(list: PostingsList): number {
  if (list.count !== 1 || list.positions.length > MAX_INLINE_BYTES) return FORM.list;
  return list.firstFrequency === 1 ? FORM.once : FORM.single;
}

function writeInline(entry: ByteWriter, list: PostingsList, form: number): void {
  entry.varint(list.firstDocument);
  if (form === FORM.single) entry.varint(list.firstFrequency);
  entry.raw(list.positions.view());
}
