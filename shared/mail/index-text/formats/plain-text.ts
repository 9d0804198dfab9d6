import { isUtf8 } from 'node:buffer';
import { decodeLeniently } from '../../charset.ts';
import { normalised } from '../../leaf-text.ts';
import { utf16Of } from '../utf16.ts';

/** Of one text; the rest is not read: it would not be indexed. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const SAMPLE_BYTES = 4096;
const ISO_2022_JP = Buffer.from('\u001b$');
const META_CHARSET = /<(?:meta|\?xml)\s[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)/i;

/**
 * A text file as text: by its byte order mark, as UTF-8 where it is valid, in the charset that it or its message
 * names, else as windows-1252. Lines end in LF.
 */
export function plainText(content: Buffer, charset = ''): string {
  const shown = content.subarray(0, MAX_TEXT_BYTES);
  return normalised(decodeLeniently(shown, charsetOf(shown, charset)));
}

function charsetOf(content: Buffer, charset: string): string {
  if (content[0] === 0xff && content[1] === 0xfe) return 'utf-16le';
  if (content[0] === 0xfe && content[1] === 0xff) return 'utf-16be';
  const sample = content.subarray(0, SAMPLE_BYTES);
  if (sample.includes(0)) return utf16Of(sample) ?? 'utf-8';
  if (sample.includes(ISO_2022_JP)) return 'iso-2022-jp';
  if (isUtf8(content)) return 'utf-8';
  const declared = META_CHARSET.exec(sample.toString('latin1', 0, 1024))?.[1];
  return declared ?? (charset !== '' && charset !== 'us-ascii' ? charset : 'windows-1252');
}
