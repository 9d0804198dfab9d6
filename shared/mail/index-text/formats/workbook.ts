import type { Extraction } from '../extraction.ts';
import { NumberFormats } from './number-formats.ts';
import { attributeOf, readXml, type XmlHandler } from './xml.ts';
import type { ZipDocument } from './zip-document.ts';

/** Of one workbook. Stops tables of millions of empty strings. */
const MAX_SHARED_STRINGS = 2_000_000;

/** The names of the sheets, and row by row what their cells show (ECMA-376, part 1, 18). */
export async function readWorkbook(document: ZipDocument, extraction: Extraction): Promise<void> {
  const workbook = await document.part('xl/workbook.xml');
  if (workbook) readXml(workbook, { open: (name, attributes) => readSheetName(name, attributes, extraction) });
  const strings = new SharedStrings(extraction);
  const shared = await document.part('xl/sharedStrings.xml');
  if (shared) readXml(shared, strings);
  const formats = new NumberFormats();
  const styles = await document.part('xl/styles.xml');
  if (styles) readXml(styles, new Styles(formats));
  for (const name of document.names(/^xl\/(worksheets|chartsheets|dialogsheets|macrosheets)\/\w+\.xml$/)) {
    const sheet = await document.part(name);
    if (sheet) readXml(sheet, new SheetText(extraction, strings.strings, formats));
  }
}

function readSheetName(name: string, attributes: string, extraction: Extraction): void {
  if (name === 'sheet' || name === 'definedName') extraction.line(attributeOf(attributes, 'name') ?? '');
}

class Styles implements XmlHandler {
  readonly #formats: NumberFormats;
  #areCells = false;

  constructor(formats: NumberFormats) {
    this.#formats = formats;
  }

  open(name: string, attributes: string): void {
    const id = Number(attributeOf(attributes, 'numFmtId') ?? 0);
    if (name === 'numFmt') this.#formats.define(id, attributeOf(attributes, 'formatCode') ?? '');
    else if (name === 'cellXfs') this.#areCells = true;
    else if (name === 'xf' && this.#areCells) this.#formats.addStyle(id);
  }

  close(name: string): void {
    if (name === 'cellXfs') this.#areCells = false;
  }
}

class SharedStrings implements XmlHandler {
  readonly strings: string[] = [];
  readonly #extraction: Extraction;
  #current = '';
  #isText = false;
  /** How a word is spoken, above Japanese words. */
  #isPhonetic = false;

  constructor(extraction: Extraction) {
    this.#extraction = extraction;
  }

  get isDone(): boolean {
    return this.#extraction.isDone || this.strings.length > MAX_SHARED_STRINGS;
  }

  open(name: string): void {
    this.#isText = name === 't';
    if (name === 'si') this.#current = '';
    else if (name === 'rPh') this.#isPhonetic = true;
  }

  close(name: string): void {
    this.#isText = false;
    if (name === 'si') this.strings.push(this.#current);
    else if (name === 'rPh') this.#isPhonetic = false;
  }

  text(text: string): void {
    if (this.#isText && !this.#isPhonetic) this.#current += text;
  }
}

class SheetText implements XmlHandler {
  readonly #extraction: Extraction;
  readonly #strings: readonly string[];
  readonly #formats: NumberFormats;
  #type = '';
  #style = 0;
  #value = '';
  #isValue = false;

  constructor(extraction: Extraction, strings: readonly string[], formats: NumberFormats) {
    this.#extraction = extraction;
    this.#strings = strings;
    this.#formats = formats;
  }

  get isDone(): boolean {
    return this.#extraction.isDone;
  }

  open(name: string, attributes: string): void {
    this.#isValue = name === 'v' || name === 't' || name === 'oddHeader' || name === 'oddFooter';
    if (name !== 'c') return;
    this.#type = attributeOf(attributes, 't') ?? 'n';
    this.#style = Number(attributeOf(attributes, 's') ?? 0);
    this.#value = '';
  }

  close(name: string): void {
    this.#isValue = false;
    if (name === 'c') this.#cell();
    else if (name === 'row') this.#extraction.add('\n');
    else if (name === 'oddHeader' || name === 'oddFooter') {
      // What begins with & is formatting.
      this.#extraction.line(this.#value.replace(/&("[^"]*"|K[0-9A-F]{6}|\d+|[A-Z])/g, ' '));
      this.#value = '';
    }
  }

  text(text: string): void {
    if (this.#isValue) this.#value += text;
  }

  #cell(): void {
    const shown = this.#shown();
    if (shown !== '') this.#extraction.add(`${shown}\t`);
    this.#value = '';
  }

  #shown(): string {
    if (this.#type === 's') return this.#strings[Number(this.#value)] ?? '';
    if (this.#type === 'b' || this.#type === 'e') return '';
    const number = Number(this.#value);
    const isNumber = this.#type === 'n' && this.#value.trim() !== '' && Number.isFinite(number);
    return isNumber ? this.#formats.shown(number, this.#style) : this.#value;
  }
}
