import { decodeXML } from 'entities/decode';
import { plainText } from './plain-text.ts';

/** What a reader of XML is told, in the order of the document. Names are without prefix. */
export interface XmlHandler {
  /** `attributes` as they stand; see `attributeOf`. An empty element is opened and closed. */
  open?(name: string, attributes: string): void;
  close?(name: string): void;
  text?(text: string): void;
  /** Asked now and then; reading ends where it is true. */
  readonly isDone?: boolean;
}

/**
 * Takes XML apart in one pass, whether it is well formed or not. Of entities it knows those of XML itself alone, and
 * document types are passed over: nothing in a document makes it longer.
 */
export function readXml(content: Buffer, handler: XmlHandler): void {
  const xml = plainText(content);
  let position = 0;
  for (let count = 0; position < xml.length; count++) {
    if ((count & 0x3ff) === 0 && handler.isDone) return;
    const open = xml.indexOf('<', position);
    const end = open < 0 ? xml.length : open;
    if (end > position) handler.text?.(decoded(xml.slice(position, end)));
    if (open < 0) return;
    position = readMarkup(xml, open, handler);
  }
}

const ATTRIBUTES = new Map<string, RegExp>();

/** The value of an attribute, whatever its prefix; `undefined` where there is none. */
export function attributeOf(attributes: string, name: string): string | undefined {
  const pattern = ATTRIBUTES.get(name) ?? new RegExp(`(?:^|[\\s:])${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
  ATTRIBUTES.set(name, pattern);
  const match = pattern.exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decoded(value);
}

/** Answers where it ends. */
function readMarkup(xml: string, open: number, handler: XmlHandler): number {
  if (xml.startsWith('<!--', open)) return behind(xml, '-->', open + 4);
  if (xml.startsWith('<![CDATA[', open)) {
    const end = behind(xml, ']]>', open + 9);
    handler.text?.(xml.slice(open + 9, xml.startsWith(']]>', end - 3) ? end - 3 : end));
    return end;
  }
  if (xml[open + 1] === '?') return behind(xml, '?>', open);
  if (xml[open + 1] === '!') return endOfDeclaration(xml, open);
  const end = endOfTag(xml, open);
  const isClosed = xml[end - 2] === '/';
  const inside = xml.slice(open + 1, isClosed ? end - 2 : end - 1);
  if (inside.startsWith('/')) handler.close?.(localName(inside.slice(1)));
  else {
    const blank = inside.search(/\s/);
    const name = localName(blank < 0 ? inside : inside.slice(0, blank));
    handler.open?.(name, blank < 0 ? '' : inside.slice(blank));
    if (isClosed) handler.close?.(name);
  }
  return end;
}

function decoded(text: string): string {
  return text.includes('&') ? decodeXML(text) : text;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return (colon < 0 ? name : name.slice(colon + 1)).trimEnd();
}

function behind(xml: string, mark: string, from: number): number {
  const found = xml.indexOf(mark, from);
  return found < 0 ? xml.length : found + mark.length;
}

/** A `>` within a quoted value does not end a tag. */
function endOfTag(xml: string, open: number): number {
  for (let index = open + 1; index < xml.length; index++) {
    const char = xml[index];
    if (char === '>') return index + 1;
    if (char !== '"' && char !== "'") continue;
    const close = xml.indexOf(char, index + 1);
    if (close < 0) return xml.length;
    index = close;
  }
  return xml.length;
}

/** A document type declaration, with what stands in its brackets. */
function endOfDeclaration(xml: string, open: number): number {
  const close = behind(xml, '>', open);
  const bracket = xml.slice(open, close).indexOf('[');
  if (bracket < 0) return close;
  return behind(xml, '>', behind(xml, ']', open + bracket) - 1);
}
