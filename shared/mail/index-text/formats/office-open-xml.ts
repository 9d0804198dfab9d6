import type { Extraction, ReadContent } from '../extraction.ts';
import { readWorkbook } from './workbook.ts';
import { readXml, type XmlHandler } from './xml.ts';
import { ZipDocument } from './zip-document.ts';

/** The parts with text of each kind of document, in the order they are read in. */
const PARTS: { readonly [Kind in 'docx' | 'xlsx' | 'pptx']: readonly RegExp[] } = {
  docx: [
    /^word\/document\d*\.xml$/,
    /^word\/(header|footer)\d*\.xml$/,
    /^word\/(footnotes|endnotes|comments)\d*\.xml$/,
    /^word\/(charts\/chart|diagrams\/data)\d*\.xml$/,
    /^word\/glossary\/document\.xml$/,
  ],
  xlsx: [
    /^xl\/comments\/?(comment)?\d*\.xml$/,
    /^xl\/threadedComments\/.*\.xml$/,
    /^xl\/(drawings|charts|diagrams)\/\w+\.xml$/,
  ],
  pptx: [
    /^ppt\/slides\/slide\d+\.xml$/,
    /^ppt\/notesSlides\/notesSlide\d+\.xml$/,
    /^ppt\/comments\/.*\.xml$/,
    /^ppt\/(charts\/chart|diagrams\/data)\d*\.xml$/,
  ],
};
const PROPERTIES = 'docProps/core.xml';
const EMBEDDED = /^(word|xl|ppt)\/embeddings\/.*\.(docx|xlsx|pptx|docm|xlsm|pptm|pdf|rtf|doc|xls|ppt)$/i;

/**
 * The text of an Office Open XML document (ECMA-376): body, headers, footers, notes, comments, charts, what tracked
 * changes deleted (it can be brought back, and read), slides with their notes, cells with their sheets' names, title
 * and keywords, and the documents embedded in it.
 */
export async function readOfficeOpenXml(
  zip: Buffer,
  kind: 'docx' | 'xlsx' | 'pptx',
  extraction: Extraction,
  readContent: ReadContent,
): Promise<void> {
  const document = new ZipDocument(zip, extraction);
  if (document.names(/^\[Content_Types\]\.xml$/).length === 0) extraction.unreadable('damaged');
  const properties = await document.part(PROPERTIES);
  if (properties) readXml(properties, new PropertyText(extraction));
  if (kind === 'xlsx') await readWorkbook(document, extraction);
  for (const pattern of PARTS[kind]) {
    for (const name of document.names(pattern)) {
      const part = await document.part(name);
      if (part) readXml(part, new DrawnText(extraction));
    }
  }
  for (const name of document.names(EMBEDDED)) {
    const part = extraction.takeEntry() ? await document.part(name) : undefined;
    if (part) await extraction.within(() => readContent(part, { filename: name, contentType: '' }));
  }
}

const SHOWN_PROPERTIES = new Set(['title', 'subject', 'keywords', 'description', 'creator', 'category']);

class PropertyText implements XmlHandler {
  readonly #extraction: Extraction;
  #isShown = false;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  open(name: string): void {
    this.#isShown = SHOWN_PROPERTIES.has(name);
  }

  close(): void {
    this.#isShown = false;
  }

  text(text: string): void {
    if (this.#isShown) this.#extraction.line(text.trim());
  }
}

/** WordprocessingML and DrawingML: runs of text (`t`, `delText`) in paragraphs (`p`), and the cached texts of charts (`v`). */
class DrawnText implements XmlHandler {
  readonly #extraction: Extraction;
  #isText = false;
  /** Within the form of a drawing for older programs, which says the same once more. */
  #fallbacks = 0;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  get isDone(): boolean {
    return this.#extraction.isDone;
  }

  open(name: string): void {
    this.#isText = name === 't' || name === 'delText' || name === 'v' || name === 'text';
    if (name === 'Fallback') this.#fallbacks++;
    else if (name === 'tab') this.#extraction.add('\t');
    else if (name === 'br' || name === 'cr') this.#extraction.add('\n');
    else if (name === 'noBreakHyphen') this.#extraction.add('-');
  }

  close(name: string): void {
    this.#isText = false;
    if (name === 'Fallback') this.#fallbacks--;
    else if (name === 'p' || name === 'v' || name === 'text' || name === 'comment') this.#extraction.add('\n');
  }

  text(text: string): void {
    if (this.#isText && this.#fallbacks <= 0) this.#extraction.add(text);
  }
}
