import type { IndexText } from '../../search/index-document.ts';
import { looksGerman } from '../../search/tokens/looks-german.ts';

/** Whether a message is German, by its subject and body together, or by one of its attachments. */
export function isGerman(texts: readonly IndexText[]): boolean {
  const written = texts.filter(({ field }) => field === 'subject' || field === 'body').map(({ text }) => text);
  if (looksGerman(written.join('\n'))) return true;
  return texts.some(({ field, text }) => field === 'attachment' && looksGerman(text));
}
