import { isUtf8 } from 'node:buffer';
import { decodeBase64WithFooter } from './base64-text.ts';
import { decodeLeniently, isSingleByte } from './charset.ts';
import { unflow } from './flowed-text.ts';
import { decodedContent } from './leaf-content.ts';
import { MAX_VIEW_CHARACTERS } from './limits.ts';
import { parameterTexts } from './parameters.ts';
import { encodedBody, type Part } from './part.ts';

/**
 * Of one text. More than a view shows, whatever the charset (in ISO-2022 a character can take eight bytes). Stops texts
 * that are a hundred million lines.
 */
const MAX_TEXT_BYTES = 8 * MAX_VIEW_CHARACTERS;

/** Where HTML says what its charset is (the Encoding sniffing of the HTML standard looks as far). */
const META_BYTES = 1024;
const META_CHARSET = /<meta\s[^>]*?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)/i;
/** ISO-2022-JP and -KR in text without a label, as before MIME. */
const ISO_2022_JP = Buffer.from('\u001b$');
const ISO_2022_KR = Buffer.from('\u001b$)C');

/** The bytes of the text that people read of a leaf: without its transfer encoding, with the footer that a list appended. */
export function textContent(part: Part): Buffer {
  const { content, anomaly } = decodedContent(part);
  if (anomaly !== 'malformed_base64') return content;
  return decodeBase64WithFooter(encodedBody(part)) ?? content;
}

/** The text that people read of a leaf's decoded `content`: lines end in LF, NULs are gone, flowed lines are joined. */
export function leafText(part: Part, content: Buffer): string {
  const shown = content.subarray(0, MAX_TEXT_BYTES);
  const text = normalised(decodeLeniently(shown, charsetFor(part, shown)));
  const { parameters } = part.contentType;
  if (part.type !== 'text/plain' || parameters.get('format')?.toLowerCase() !== 'flowed') return text;
  return unflow(text, parameters.get('delsp')?.toLowerCase() === 'yes');
}

/** Lines end in LF, there is no byte order mark, and no NUL, which no page shows. */
export function normalised(text: string): string {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const shown = start === 1 || text.includes('\0') ? text.slice(start).replaceAll('\0', '') : text;
  return shown.includes('\r') ? shown.replace(/\r\n?/g, '\n') : shown;
}

/** As labelled; where there is no label, or only the default one, as the content says. */
function charsetFor(part: Part, content: Buffer): string {
  const label = parameterTexts(part.contentType, 'charset', decodeLeniently)[0]?.trim().toLowerCase() ?? '';
  // What is valid UTF-8 and no ASCII is UTF-8, whatever charset of one byte a program has named.
  if (label !== '' && label !== 'us-ascii') return isSingleByte(label) && isUtf8(content) ? 'utf-8' : label;
  const start = content.toString('latin1', 0, META_BYTES);
  if (start.startsWith('\xff\xfe')) return 'utf-16le';
  if (start.startsWith('\xfe\xff')) return 'utf-16be';
  if (content.includes(ISO_2022_KR)) return 'iso-2022-kr';
  if (content.includes(ISO_2022_JP)) return 'iso-2022-jp';
  const meta = part.type === 'text/html' && !isUtf8(content) ? META_CHARSET.exec(start)?.[1] : undefined;
  return meta ?? 'us-ascii';
}
