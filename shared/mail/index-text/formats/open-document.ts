import type { Extraction } from '../extraction.ts';
import { attributeOf, readXml, type XmlHandler } from './xml.ts';
import { ZipDocument } from './zip-document.ts';

/** Elements that end a line. */
const BLOCKS = new Set([
  'p',
  'h',
  'title',
  'desc',
  'table-row',
  'page',
  'line-break',
  'subject',
  'keyword',
  'description',
  'creator',
  'initial-creator',
]);
/** Elements whose content is no text: pictures in flat documents, macros, settings. */
const NOT_TEXT = new Set([
  'binary-data',
  'script',
  'scripts',
  'config-item',
  'generator',
  'editing-cycles',
  'editing-duration',
]);
const META_TEXT = 'meta.xml';

/**
 * The text of an Open Document (ISO/IEC 26300) and of its forerunner, OpenOffice.org XML: body, notes, comments,
 * what tracked changes deleted, headers and footers, cells as they are shown with their tables' names, title and keywords.
 */
export async function readOpenDocument(zip: Buffer, extraction: Extraction): Promise<void> {
  const document = new ZipDocument(zip, extraction);
  const manifest = await document.part('META-INF/manifest.xml');
  if (manifest?.includes('encryption-data')) return extraction.unreadable('password');
  const parts = [META_TEXT, ...document.names(/(^|\/)(content|styles)\.xml$/)];
  if (parts.length === 1) extraction.unreadable('damaged');
  for (const name of parts) {
    const part = await document.part(name);
    if (part) readXml(part, new DocumentText(extraction));
  }
}

/** The same in one file of XML. */
export function readFlatOpenDocument(xml: Buffer, extraction: Extraction): void {
  readXml(xml, new DocumentText(extraction));
}

class DocumentText implements XmlHandler {
  readonly #extraction: Extraction;
  #hidden = 0;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  get isDone(): boolean {
    return this.#extraction.isDone;
  }

  open(name: string, attributes: string): void {
    if (NOT_TEXT.has(name)) this.#hidden++;
    else if (name === 'tab') this.#extraction.add('\t');
    else if (name === 's') this.#extraction.add(' ');
    else if (name === 'table') this.#extraction.line(attributeOf(attributes, 'name') ?? '');
    else if (name === 'annotation') this.#extraction.add(' ');
  }

  close(name: string): void {
    if (NOT_TEXT.has(name)) this.#hidden = Math.max(0, this.#hidden - 1);
    else if (BLOCKS.has(name)) this.#extraction.add('\n');
    else if (name === 'table-cell') this.#extraction.add('\t');
  }

  text(text: string): void {
    if (this.#hidden === 0 && text.trim() !== '') this.#extraction.add(text.replace(/\s+/g, ' '));
    else if (this.#hidden === 0 && !text.includes('\n')) this.#extraction.add(' ');
  }
}
