import { Anomalies } from './anomaly.ts';
import type { Attachment } from './attachment.ts';
import { attachmentContent } from './attachment-content.ts';
import { isBodyText } from './body-leaf.ts';
import type { BodyPart, BodyText } from './body-text.ts';
import { calendarText } from './calendar-text.ts';
import { signedContent } from './cms.ts';
import type { EmbeddedFile } from './embedded-file.ts';
import { embeddedFiles, withoutFiles } from './embedded-files.ts';
import { enrichedText } from './enriched-text.ts';
import { filenameOf } from './filename.ts';
import { decodedContent } from './leaf-content.ts';
import { leafText, textContent } from './leaf-text.ts';
import { OpeningBudget } from './opening-budget.ts';
import type { Part } from './part.ts';
import { charsetOfFirstText } from './raw-text.ts';
import { readStructure } from './structure.ts';
import { isTnef } from './tnef/tnef.ts';
import { openTnef } from './tnef/tnef-files.ts';

/** A message with what is in its containers. */
export interface OpenedMessage {
  readonly body: BodyPart;
  /** What is read where the body is blank, in this order: named inline text, the bodies in winmail.dat, invitations. */
  readonly insteadOfBody: readonly (() => BodyText)[];
  /** Of these the bodies in winmail.dat, which often say the same as the body once more. */
  readonly tnefBodies: readonly (() => BodyText)[];
  /** In the order of their numbers. */
  readonly attachments: readonly Attachment[];
}

const SIGNED_TYPES = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const TNEF_TYPES = new Set(['application/ms-tnef', 'application/vnd.ms-tnef']);

/**
 * Opens what a message carries its text and files in: winmail.dat [MS-OXTNEF], S/MIME signed data (RFC 8551, 3.5.2),
 * uuencoded and yEnc files in text. Linear in its size, within one budget for all of it; never throws. `original`
 * are the exact bytes, where they are not those of the tree.
 */
export function openMessage(root: Part, original: Uint8Array = root.section.source): OpenedMessage {
  const opener = new MessageOpener(new OpeningBudget(original.byteLength), charsetOfFirstText(root));
  const body = opener.open(root, original, 0);
  const { attachments, namedTexts, tnefBodies, invitations } = opener;
  return { body, insteadOfBody: [...namedTexts, ...tnefBodies, ...invitations], tnefBodies, attachments };
}

class MessageOpener {
  readonly attachments: Attachment[] = [];
  readonly namedTexts: (() => BodyText)[] = [];
  readonly tnefBodies: (() => BodyText)[] = [];
  readonly invitations: (() => BodyText)[] = [];
  readonly #budget: OpeningBudget;
  /** In which raw names are most likely written. */
  readonly #charset: string;

  constructor(budget: OpeningBudget, charset: string) {
    this.#budget = budget;
    this.#charset = charset;
  }

  /** Gathers the attachments of a part and answers what is read of it. `depth` counts the containers around it. */
  open(part: Part, original: Uint8Array, depth: number): BodyPart {
    if (part.kind === 'multipart') {
      const children = part.children.map((child) => this.open(child, original, depth));
      return { kind: part.type === 'multipart/alternative' ? 'alternative' : 'mixed', children };
    }
    if (isBodyText(part)) return this.#openText(part);
    const charset = part.contentType.parameters.get('charset')?.trim().toLowerCase();
    const attachment: Attachment = {
      filename: filenameOf(part, this.#charset),
      contentType: part.type,
      ...(charset && { charset }),
      content: () => attachmentContent(part, original),
    };
    this.attachments.push(attachment);
    if (part.kind === 'leaf') return this.#openLeaf(part, attachment, depth);
    return { kind: 'mixed', children: [] };
  }

  #openText(part: Part): BodyPart {
    if (part.type === 'text/html') return { kind: 'html', read: () => leafText(part, textContent(part)) };
    const content = textContent(part);
    const files = embeddedFiles(content).filter(() => this.#budget.takeFile());
    for (const file of files) this.attachments.push(embeddedAttachment(part, file));
    return { kind: 'text', read: () => leafText(part, withoutFiles(content, files)) };
  }

  #openLeaf(part: Part, { filename }: Attachment, depth: number): BodyPart {
    const name = filename.toLowerCase();
    if (part.type === 'text/calendar') this.invitations.push(() => invitation(part));
    else if (TNEF_TYPES.has(part.type) || name === 'winmail.dat') this.#openTnef(part, depth);
    else if (isNamedText(part)) this.namedTexts.push(() => namedText(part));
    else if (SIGNED_TYPES.has(part.type) || name === 'smime.p7m') return this.#openSigned(part, depth);
    return { kind: 'mixed', children: [] };
  }

  #openTnef(part: Part, depth: number): void {
    const { content } = decodedContent(part);
    if (!isTnef(content)) return;
    const opened = openTnef(content, this.#budget, depth);
    if (opened.body || opened.files.length > 0) this.#markOpened();
    for (const file of opened.files) this.attachments.push(file);
    if (opened.body) this.tnefBodies.push(opened.body);
  }

  #openSigned(part: Part, depth: number): BodyPart {
    const cms = decodedContent(part).content;
    const content = this.#budget.takeSigned(cms.length, depth) ? signedContent(cms) : undefined;
    if (content === undefined) return { kind: 'mixed', children: [] };
    this.#markOpened();
    return this.open(readStructure(content, 0, new Anomalies()), content, depth + 1);
  }

  #markOpened(): void {
    const last = this.attachments.pop();
    if (last) this.attachments.push({ ...last, isOpened: true });
  }
}

/** Text with a name, or of a kind of its own (RFC 2046, 4.1.4), which some programs send as the body. */
function isNamedText(part: Part): boolean {
  return part.type.startsWith('text/') && part.disposition?.value !== 'attachment' && part.encoding !== 'unknown';
}

function namedText(part: Part): BodyText {
  const text = leafText(part, textContent(part));
  if (part.type === 'text/html') return { text: undefined, html: text };
  const isEnriched = part.type === 'text/enriched' || part.type === 'text/richtext';
  return { text: isEnriched ? enrichedText(text, part.type) : text, html: undefined };
}

function embeddedAttachment(part: Part, { name, content }: EmbeddedFile): Attachment {
  const filename = leafText(part, Buffer.from(name, 'latin1'));
  return { filename, contentType: 'application/octet-stream', content };
}

function invitation(part: Part): BodyText {
  const method = part.contentType.parameters.get('method') ?? '';
  return { text: calendarText(leafText(part, textContent(part)), method), html: undefined };
}
