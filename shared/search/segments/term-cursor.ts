import { DamagedSegmentError } from '../../errors.ts';
import type { FieldName } from '../field.ts';
import { overrun } from './byte-reader.ts';
import { FIELD_NAMES, FORM, GERMAN, MAX_INLINE_BYTES, SEVERAL_FIELDS } from './format.ts';
import { FrontCodedCursor } from './front-coded-cursor.ts';
import { type StoredField, StoredTerm } from './stored-term.ts';

/** Walks over the terms of a dictionary and where their postings are. */
export class TermCursor extends FrontCodedCursor {
  readonly #documentCount: number;
  /** Where the postings of the next entry begin. */
  #nextOffset: number;
  #entryStart = 0;
  #entryOffset = 0;
  isGerman = false;
  /** Messages of all fields added up. */
  documents = 0;

  /** `offset` is where the postings of the first entry begin. */
  constructor(bytes: Uint8Array, offset: number, documentCount: number) {
    super(bytes);
    this.#nextOffset = offset;
    this.#documentCount = documentCount;
  }

  /** The entry it is at. */
  entry(): StoredTerm {
    return new StoredTerm(this.text(), this.fields());
  }

  /** The fields of the entry it is at. */
  fields(): StoredField[] {
    const behind = this.position;
    this.position = this.#entryStart;
    const fields: Written[] = [];
    for (let left = this.#readFieldCount(); left > 0; left--) fields.push(this.#readField());
    this.position = behind;
    return this.#located(fields);
  }

  protected override readEntry(): void {
    this.#entryStart = this.position;
    this.#entryOffset = this.#nextOffset;
    this.documents = 0;
    for (let left = this.#readFieldCount(); left > 0; left--) this.#skipField();
  }

  /** Leaves `position` before the first field: where it is the only one, its byte says so itself. */
  #readFieldCount(): number {
    const head = this.bytes[this.position] ?? overrun();
    this.isGerman = (head & GERMAN) !== 0;
    if ((head & SEVERAL_FIELDS) === 0) return 1;
    this.position++;
    return head & 15;
  }

  #skipField(): void {
    const form = ((this.bytes[this.position++] ?? overrun()) >>> 4) & 3;
    if (form === FORM.list) {
      this.documents += this.varint();
      const postingsBytes = this.varint();
      this.#nextOffset += postingsBytes + this.varint();
      return;
    }
    this.documents++;
    this.varint();
    for (let left = form === FORM.single ? this.varint() : 1; left > 0; left--) this.varint();
  }

  #readField(): Written {
    const head = this.bytes[this.position++] ?? overrun();
    const field = FIELD_NAMES[head & 15];
    const form = (head >>> 4) & 3;
    if (field === undefined || form > FORM.single) throw new DamagedSegmentError('a field is unknown');
    if (form === FORM.list) {
      const documents = this.varint();
      if (documents > this.#documentCount) throw new DamagedSegmentError('a term is in more messages than there are');
      return { field, documents, postingsBytes: this.varint(), positionsBytes: this.varint() };
    }
    const document = this.varint();
    const frequency = form === FORM.single ? this.varint() : 1;
    if (document >= this.#documentCount || frequency > MAX_INLINE_BYTES) {
      throw new DamagedSegmentError('a message is not there');
    }
    const positions = new Uint32Array(frequency);
    for (let i = 0, position = 0; i < frequency; i++) positions[i] = position += this.varint();
    return { field, documents: 1, postingsBytes: 0, positionsBytes: 0, inline: { document, positions } };
  }

  /** The postings of all fields lie before the positions of all. */
  #located(fields: readonly Written[]): StoredField[] {
    let postings = this.#entryOffset;
    let positions = postings;
    for (const { postingsBytes } of fields) positions += postingsBytes;
    return fields.map(({ field, documents, postingsBytes, positionsBytes, inline }) => {
      const [postingsStart, positionsStart] = [postings, positions];
      postings += postingsBytes;
      positions += positionsBytes;
      return {
        field,
        documents,
        postings: [postingsStart, postings],
        positions: [positionsStart, positions],
        ...(inline && { inline }),
      };
    });
  }
}

interface Written {
  readonly field: FieldName;
  readonly documents: number;
  readonly postingsBytes: number;
  readonly positionsBytes: number;
  readonly inline?: { readonly document: number; readonly positions: Uint32Array };
}

/** Walks over the reversed German terms. */
export class CompoundCursor extends FrontCodedCursor {
  /** Messages of all fields added up. */
  documents = 0;

  protected override readEntry(): void {
    this.documents = this.varint();
  }
}
