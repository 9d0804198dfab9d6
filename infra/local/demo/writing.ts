import type { Language } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { TransferEncoding } from './transfer-encoding.ts';

/** How mail clients of a language write: the charsets seen in practice, and what they put around an answer. */
export interface Writing {
  readonly charsets: readonly string[];
  readonly replyPrefix: string;
  /** Above a quotation; `{date}` and `{name}` are filled in. */
  readonly quotes: string;
}

/** The habits of each language. */
export const WRITING: Readonly<Record<Language, Writing>> = {
  ar: { charsets: ['utf-8', 'windows-1256'], replyPrefix: 'Re: ', quotes: '{date} {name}:' },
  de: {
    charsets: ['utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1252'],
    replyPrefix: 'AW: ',
    quotes: 'Am {date} schrieb {name}:',
  },
  el: { charsets: ['utf-8', 'iso-8859-7', 'windows-1253'], replyPrefix: 'ΑΠ: ', quotes: 'Στις {date}, {name} έγραψε:' },
  en: { charsets: ['utf-8', 'us-ascii', 'windows-1252'], replyPrefix: 'Re: ', quotes: 'On {date}, {name} wrote:' },
  es: { charsets: ['utf-8', 'iso-8859-1', 'windows-1252'], replyPrefix: 'RE: ', quotes: 'El {date}, {name} escribió:' },
  fr: {
    charsets: ['utf-8', 'iso-8859-1', 'iso-8859-15', 'windows-1252'],
    replyPrefix: 'RE: ',
    quotes: 'Le {date}, {name} a écrit :',
  },
  ja: { charsets: ['iso-2022-jp', 'utf-8', 'shift_jis'], replyPrefix: 'Re: ', quotes: '{date} {name}:' },
  pl: {
    charsets: ['utf-8', 'iso-8859-2', 'windows-1250'],
    replyPrefix: 'Odp: ',
    quotes: 'W dniu {date} {name} pisze:',
  },
  ru: { charsets: ['koi8-r', 'windows-1251', 'utf-8'], replyPrefix: 'Re: ', quotes: '{date} {name}:' },
  zh: { charsets: ['utf-8', 'gb18030', 'gbk'], replyPrefix: '回复：', quotes: '{date} {name}：' },
};

/** A transfer encoding as clients choose it for text of that charset. */
export function pickEncoding(random: SeededRandom): TransferEncoding {
  return random.pick<TransferEncoding>(['quoted-printable', 'quoted-printable', 'base64', '8bit']);
}

/** `text` as a quotation, its author above. */
export function quotation(language: Language, date: Date, name: string, text: string): string {
  const above = WRITING[language].quotes.replace('{date}', date.toISOString().slice(0, 10)).replace('{name}', name);
  const lines = text.split('\n').map((line) => (line === '' ? '>' : `> ${line}`));
  return [above, ...lines].join('\n');
}

/** A simple HTML rendering of a text, with an image below it where `contentId` is given. */
export function htmlOf(language: Language, text: string, contentId?: string): string {
  const paragraphs = text.split('\n\n').map((paragraph) => `<p>${escaped(paragraph).replace(/\n/g, '<br>\n')}</p>`);
  const image = contentId === undefined ? [] : [`<p><img src="cid:${contentId}" alt="" width="96" height="96"></p>`];
  const direction = language === 'ar' ? ' dir="rtl"' : '';
  const body = [...paragraphs, ...image].join('\n');
  return `<!DOCTYPE html>\n<html lang="${language}"${direction}>\n<body>\n${body}\n</body>\n</html>\n`;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
