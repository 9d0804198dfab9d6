import { crc32 } from 'node:zlib';
import { FIELDS } from '../field.ts';
import type { IndexDocument, IndexText } from '../index-document.ts';
import { subjectKey } from '../subject-key.ts';
import { TOKENISER_VERSION, tokenise } from '../tokens/tokenise.ts';
import { wholeTerm } from '../tokens/whole-term.ts';
import type { BuiltSegment } from './built-segment.ts';
import { closeSegment, type DocumentFacts } from './close-segment.ts';
import { TEXT_GAP } from './format.ts';
import { KeptMessageWriter } from './kept-message-writer.ts';
import { TermLog } from './term-log.ts';

/** Beside its terms: columns, ids, the place of its texts. */
const DOCUMENT_BYTES = 500;

/** Collects messages of one mailbox and writes them as a segment. */
export class SegmentBuilder {
  readonly #log = new TermLog();
  readonly #documents: AddedDocument[] = [];
  #textBytes = 0;

  get documentCount(): number {
    return this.#documents.length;
  }

  /** About how much memory it holds and needs to finish. */
  get approximateBytes(): number {
    return this.#log.approximateBytes + this.#textBytes + this.#documents.length * DOCUMENT_BYTES;
  }

  /** In any order; each message once. */
  add(document: IndexDocument): void {
    const kept = new KeptMessageWriter();
    const added = this.#documents.length;
    let length = 0;
    let field = -1;
    let position = 0;
    for (const text of [...document.texts].sort((a, b) => FIELDS[a.field] - FIELDS[b.field])) {
      if (FIELDS[text.field] !== field) {
        field = FIELDS[text.field];
        position = 0;
        this.#log.begin(added, field);
      }
      const end = this.#addText(text, position, document.isGerman, kept);
      length += end - position;
      position = end + TEXT_GAP;
    }
    const chunk = kept.finish(document);
    this.#textBytes += chunk.length;
    this.#documents.push({ facts: factsOf(document, length), chunk });
  }

  /** The segment of all that was added, newest first; the builder is of no use afterwards. */
  finish(): BuiltSegment {
    const order = this.#documents.map((_, added) => added);
    const dateOf = (added: number) => this.#documents[added]?.facts.sortDate ?? 0;
    const idOf = (added: number) => this.#documents[added]?.facts.archiveId ?? '';
    order.sort((a, b) => dateOf(b) - dateOf(a) || (idOf(a) < idOf(b) ? -1 : 1));
    const sorted = order.flatMap((added) => this.#documents[added] ?? []);
    const chunks = sorted.map(({ chunk }) => chunk);
    const lengths = chunks.map((chunk) => ({ length: chunk.length, checksum: crc32(chunk) }));
    return closeSegment(
      this.#log.write(order),
      TOKENISER_VERSION,
      sorted.map(({ facts }) => facts),
      lengths,
      async function* () {
        yield* chunks;
      },
    );
  }

  /** The next free position of the field. */
  #addText({ field, text, attachment }: IndexText, first: number, isGerman: boolean, kept: KeptMessageWriter): number {
    const log = this.#log;
    if (field === 'header' || field === 'messageId') {
      const term = wholeTerm(text);
      if (term === '') return first;
      log.add(term, first, false);
      return first + 1;
    }
    if (field !== 'body' && field !== 'attachment') {
      return tokenise(text, (term, position) => log.add(term, position, isGerman), first);
    }
    kept.begin(field, attachment, text, first);
    return tokenise(
      text,
      (term, position, start) => {
        log.add(term, position, isGerman);
        kept.checkpoint(position, start);
      },
      first,
    );
  }
}

interface AddedDocument {
  readonly facts: DocumentFacts;
  readonly chunk: Uint8Array;
}

function factsOf(document: IndexDocument, length: number): DocumentFacts {
  const { archiveId, summary, sortDate, receivedAt, flags, folders, sender, attachmentTypes } = document;
  return {
    archiveId,
    subjectKey: subjectKey(summary.subject),
    sortDate,
    receivedAt,
    size: summary.sizeBytes,
    length,
    flags,
    folders,
    sender,
    attachmentTypes,
  };
}
