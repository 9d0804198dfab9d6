import type { BodyText } from '../body-text.ts';
import { decodeLeniently } from '../charset.ts';
import { MAX_VIEW_CHARACTERS } from '../limits.ts';
import { labelOfCodepage } from './codepage.ts';
import { type RtfToken, rtfTokens } from './rtf-tokens.ts';

/** Groups in groups; the text ends where there are more. Stops millions of braces, each of which is an object. */
const MAX_GROUPS = 1_000;

/** Groups whose text is no text of the document. */
const NOT_TEXT = [
  'fonttbl',
  'colortbl',
  'stylesheet',
  'pict',
  'objdata',
  'xe',
  'tc',
  'fldinst',
  'filetbl',
  'listtable',
];
/** Groups whose text stands beside that of the document. */
const BESIDE = [
  ...['info', 'object', 'header', 'headerl', 'headerr', 'headerf', 'footer', 'footerl', 'footerr', 'footerf'],
  ...['footnote', 'annotation'],
];
const NOT_OF_BODY = new Set([...NOT_TEXT, ...BESIDE]);
const NOT_OF_DOCUMENT = new Set(NOT_TEXT);
/** Groups that programs may pass over, and whose text is one of the document all the same. */
const STARRED_TEXT = new Set(['shpinst', 'shptxt', 'annotation', 'footnote']);
/** Groups whose text is a line of its own. */
const LINES = new Set([
  ...BESIDE,
  'title',
  'subject',
  'author',
  'keywords',
  'doccomm',
  'category',
  'shptxt',
  'operator',
]);
/** Numbers and names in the info group and in drawings, which are no text. */
const VALUES = new Set(['sn', 'sv', 'atnid', 'atndate', 'creatim', 'revtim', 'printim', 'generator']);

const CHARACTERS = new Map<string, string>([
  ['par', '\n'],
  ['line', '\n'],
  ['sect', '\n'],
  ['page', '\n'],
  ['row', '\n'],
  ['tab', '\t'],
  ['cell', '\t'],
  ['lquote', '\u2018'],
  ['rquote', '\u2019'],
  ['ldblquote', '\u201c'],
  ['rdblquote', '\u201d'],
  ['bullet', '\u2022'],
  ['endash', '\u2013'],
  ['emdash', '\u2014'],
  ['emspace', '\u2003'],
  ['enspace', '\u2002'],
  ['~', '\u00a0'],
  ['_', '\u2011'],
]);

/** Code pages of the charsets that fonts name (\fcharset). */
const FONT_CODEPAGES = new Map<number, number>([
  [77, 10000],
  [128, 932],
  [129, 949],
  [134, 936],
  [136, 950],
  [161, 1253],
  [162, 1254],
  [163, 1258],
  [177, 1255],
  [178, 1256],
  [186, 1257],
  [204, 1251],
  [222, 874],
  [238, 1250],
]);

/**
 * The body of a message in RTF: the HTML it encapsulates [MS-OXRTFEX, 2.1.3], else its text, without formatting, where
 * that is what it was made from or not. Never throws.
 */
export function readRtfBody(rtf: Buffer): BodyText {
  const reader = new RtfReader(NOT_OF_BODY, MAX_VIEW_CHARACTERS);
  for (const token of rtfTokens(rtf)) if (!reader.take(token)) break;
  const body = reader.end();
  return reader.isHtml ? { text: undefined, html: body } : { text: body, html: undefined };
}

/** All text in an RTF document: headers, notes, comments, text boxes and title too. About `limit` characters. Never throws. */
export function readRtfDocument(rtf: Buffer, limit: number): string {
  const reader = new RtfReader(NOT_OF_DOCUMENT, limit);
  for (const token of rtfTokens(rtf)) if (!reader.take(token)) break;
  return reader.end();
}

/** What a group inherits from the one around it. */
interface Group {
  isHidden: boolean;
  /** Within \htmlrtf: made for the RTF alone. */
  isRtfOnly: boolean;
  isFontTable: boolean;
  isLine: boolean;
  /** How many bytes stand behind \u for programs that do not know it. */
  fallbackBytes: number;
  font: number;
}

class RtfReader {
  /** Whether the RTF encapsulates HTML; known before any of it comes. */
  isHtml = false;
  readonly #groups: Group[] = [];
  #group: Group = {
    isHidden: false,
    isRtfOnly: false,
    isFontTable: false,
    isLine: false,
    fallbackBytes: 1,
    font: -1,
  };
  readonly #fonts = new Map<number, number>();
  readonly #decoders = new Map<number, (bytes: Buffer) => string>();
  #codepage = 1252;
  readonly #output: string[] = [];
  #length = 0;
  /** Text still to be decoded, each byte one character. */
  #bytes = '';
  #bytesCodepage = 1252;
  #toSkip = 0;
  #isStarred = false;
  readonly #notShown: ReadonlySet<string>;
  readonly #limit: number;

  constructor(notShown: ReadonlySet<string>, limit: number) {
    this.#notShown = notShown;
    this.#limit = limit;
  }

  /** False where reading ends. */
  take(token: RtfToken): boolean {
    const wasStarred = this.#isStarred;
    this.#isStarred = false;
    if (token.kind === 'text') this.#text(token.bytes);
    else if (token.kind === 'word') this.#word(token.word, token.value, wasStarred);
    else {
      this.#toSkip = 0;
      if (token.kind === 'open') {
        if (this.#groups.length >= MAX_GROUPS) return false;
        this.#groups.push(this.#group);
        this.#group = { ...this.#group, isLine: false };
      } else {
        if (this.#group.isLine) this.#put('\n');
        this.#group = this.#groups.pop() ?? this.#group;
      }
    }
    return this.#length <= this.#limit;
  }

  end(): string {
    this.#flush();
    return this.#output.join('');
  }

  #text(bytes: Buffer): void {
    const skipped = Math.min(this.#toSkip, bytes.length);
    this.#toSkip -= skipped;
    if (!this.#isShown()) return;
    const codepage = this.#fonts.get(this.#group.font) ?? this.#codepage;
    if (codepage !== this.#bytesCodepage) this.#flush();
    this.#bytesCodepage = codepage;
    this.#bytes += bytes.toString('latin1', skipped);
    this.#length += bytes.length - skipped;
  }

  #word(word: string, value: number | undefined, isStarred: boolean): void {
    if (this.#toSkip > 0 && word !== 'u') this.#toSkip--;
    const character = CHARACTERS.get(word);
    if (character !== undefined) this.#put(character);
    else if (word === '*') this.#isStarred = true;
    else if (word === 'u' && value !== undefined) {
      this.#toSkip = this.#group.fallbackBytes;
      this.#put(String.fromCharCode(value & 0xffff));
    } else if (word === 'uc') this.#group.fallbackBytes = Math.max(0, value ?? 1);
    else if (word === 'ansicpg') this.#codepage = value || 1252;
    else if (word === 'fromhtml') this.isHtml = value !== 0;
    else if (word === 'htmlrtf') this.#group.isRtfOnly = this.isHtml && value !== 0;
    else if (word === 'f') this.#group.font = value ?? 0;
    else if (word === 'plain') this.#group.font = -1;
    else if (word === 'fcharset') this.#fontCharset(value ?? 0);
    else if (this.#notShown.has(word) || VALUES.has(word)) this.#group.isHidden = true;
    if (word === 'fonttbl') this.#group.isFontTable = true;
    if (LINES.has(word)) this.#group.isLine = true;
    if (isStarred && !this.#isShownStarred(word)) this.#group.isHidden = true;
  }

  #isShownStarred(word: string): boolean {
    return (word === 'htmltag' && this.isHtml) || (STARRED_TEXT.has(word) && !this.#notShown.has('annotation'));
  }

  #fontCharset(charset: number): void {
    const codepage = FONT_CODEPAGES.get(charset);
    if (this.#group.isFontTable && codepage !== undefined) this.#fonts.set(this.#group.font, codepage);
  }

  #isShown(): boolean {
    return !this.#group.isHidden && !this.#group.isRtfOnly;
  }

  #put(character: string): void {
    if (!this.#isShown()) return;
    this.#flush();
    this.#output.push(character);
    this.#length++;
  }

  /** Kept, as the text of a font may be one byte long, again and again. */
  #decoder(codepage: number): (bytes: Buffer) => string {
    const known = this.#decoders.get(codepage);
    if (known) return known;
    const decoder = decoderOf(labelOfCodepage(codepage));
    this.#decoders.set(codepage, decoder);
    return decoder;
  }

  #flush(): void {
    if (this.#bytes === '') return;
    this.#output.push(this.#decoder(this.#bytesCodepage)(Buffer.from(this.#bytes, 'latin1')));
    this.#bytes = '';
  }
}

function decoderOf(label: string): (bytes: Buffer) => string {
  try {
    const decoder = new TextDecoder(label);
    return (bytes) => decoder.decode(bytes);
  } catch {
    return (bytes) => decodeLeniently(bytes, label);
  }
}
