import { addressList, dateTime, mailboxSpec, unstructured } from './header-field.ts';
import { type AttachedFile, filePart, type MimePart, multipart, partBytes, textPart } from './mime-part.ts';
import type { Person } from './person.ts';
import type { TransferEncoding } from './transfer-encoding.ts';

type Party = Pick<Person, 'name' | 'address'>;

/** A message as its author sees it, before it is bytes. */
export interface Letter {
  readonly from: Person;
  readonly to: readonly Party[];
  readonly cc?: readonly Party[];
  readonly subject: string;
  readonly date: Date;
  /** With angle brackets. */
  readonly messageId: string;
  /** Message-IDs of the thread so far, the one that is answered last. */
  readonly references?: readonly string[];
  /** Lines end in `\n`. */
  readonly text: string;
  readonly html?: string;
  /** Images that the HTML shows. */
  readonly images?: readonly AttachedFile[];
  readonly files?: readonly AttachedFile[];
  /** Further parts, such as messages that are passed on. */
  readonly parts?: readonly MimePart[];
  readonly charset: string;
  readonly encoding: TransferEncoding;
  /** Fields above and beside the usual ones, `Name: value`. */
  readonly trace?: readonly string[];
  readonly extra?: readonly string[];
}

/** The message of RFC 5322 that a mail client would send. */
export function letterBytes(letter: Letter): Buffer {
  const { charset, references = [] } = letter;
  const offset = letter.from.zoneMinutes + (letter.from.summerTime && isSummer(letter.date) ? 60 : 0);
  const content = contentOf(letter);
  return partBytes({
    fields: [
      ...(letter.trace ?? []),
      `Message-ID: ${letter.messageId}`,
      `Date: ${dateTime(letter.date, offset)}`,
      `From: ${mailboxSpec(letter.from, charset)}`,
      `To: ${addressList(letter.to, charset)}`,
      ...(letter.cc && letter.cc.length > 0 ? [`Cc: ${addressList(letter.cc, charset)}`] : []),
      `Subject: ${unstructured(letter.subject, charset)}`,
      ...(references.length > 0
        ? [`In-Reply-To: ${references.at(-1)}`, `References: ${references.join('\r\n ')}`]
        : []),
      ...(letter.extra ?? []),
      `User-Agent: ${letter.from.mailer}`,
      'MIME-Version: 1.0',
      ...content.fields,
    ],
    body: content.body,
  });
}

function contentOf(letter: Letter): MimePart {
  const { charset, encoding, images = [], files = [], parts = [] } = letter;
  const boundary = (kind: string) => `=_${kind}_${letter.messageId.replace(/[^A-Za-z0-9]/g, '').slice(0, 24)}`;
  let content = textPart(`${letter.text}\n`, 'plain', charset, encoding);
  if (letter.html !== undefined) {
    const html = textPart(letter.html, 'html', charset, encoding);
    const shown = images.length > 0 ? multipart('related', boundary('r'), [html, ...images.map(filePart)]) : html;
    content = multipart('alternative', boundary('a'), [content, shown]);
  }
  const further = [...files.map(filePart), ...parts];
  return further.length > 0 ? multipart('mixed', boundary('m'), [content, ...further]) : content;
}

/** Near enough for examples: summer time from April to October. */
function isSummer(date: Date): boolean {
  return date.getUTCMonth() >= 3 && date.getUTCMonth() <= 9;
}
