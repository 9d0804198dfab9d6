import type { Address } from '../../domain/address.ts';
import type { ExtractedText } from '../../domain/extracted-text.ts';
import type { IndexReading } from '../../domain/index-reading.ts';
import type { FlagName, IndexText } from '../../search/index-document.ts';
import type { SearchSettings } from '../settings/search-settings.ts';
import { type AttachmentTextPorts, attachmentTexts } from './attachment-texts.ts';

/** What of an original an index document is made of, whichever mailbox it is for. */
export interface MessageTexts {
  /** All but those of blind copies, none of them empty; no texts at all where the message cannot be read. */
  readonly texts: readonly IndexText[];
  /** Who is in Bcc fields: the caller decides in which field who may find them. See `addressTexts`. */
  readonly bcc: readonly Address[];
  /** Facet values, each once. */
  readonly attachmentTypes: readonly string[];
  /** Of these: encrypted, signed, hasAttachments, unreadableAttachment. */
  readonly flags: readonly FlagName[];
  /** Facet value: the address of the first author, lower case; empty where there is none. */
  readonly sender: string;
}

/**
 * Everything that can be found of an original, the texts of its attachments included. Throws `UnreadableError` where
 * reading it died, and `StorageError` where an attachment was not read for reasons outside of it.
 */
export async function messageTexts(
  ports: AttachmentTextPorts,
  original: Uint8Array,
  settings: SearchSettings,
): Promise<MessageTexts> {
  const reading = await ports.reader.readForIndex(original, settings.headers);
  const extracted = await attachmentTexts(ports, original, reading.attachments, settings);
  return {
    texts: [...textsOfHeader(reading), ...textsOfContent(reading, extracted)].filter(({ text }) => text !== ''),
    bcc: reading.bcc,
    attachmentTypes: [...new Set(reading.attachments.map(({ type }) => type))],
    flags: flagsOf(reading, extracted),
    sender: reading.from[0]?.address.toLowerCase() ?? '',
  };
}

/** Addresses as texts of a field, one each: name and address. */
export function addressTexts(
  field: 'from' | 'to' | 'cc' | 'bcc' | 'hiddenBcc',
  addresses: readonly Address[],
): IndexText[] {
  return addresses.map(({ name, address }) => ({ field, text: name === undefined ? address : `${name} <${address}>` }));
}

function textsOfHeader({ subject, messageId, from, to, cc, headers }: IndexReading): IndexText[] {
  return [
    { field: 'subject', text: subject },
    ...(messageId === undefined ? [] : [{ field: 'messageId' as const, text: messageId }]),
    ...addressTexts('from', from),
    ...addressTexts('to', to),
    ...addressTexts('cc', cc),
    ...headers.map(({ name, value }): IndexText => ({ field: 'header', text: `${name}=${value}` })),
  ];
}

function textsOfContent({ text, attachments }: IndexReading, extracted: readonly ExtractedText[]): IndexText[] {
  const texts: IndexText[] = [{ field: 'body', text }];
  for (const [attachment, { filename }] of attachments.entries()) {
    texts.push({ field: 'filename', text: filename, attachment });
  }
  for (const [attachment, content] of extracted.entries()) {
    texts.push({ field: 'attachment', text: content.text, attachment });
  }
  return texts;
}

function flagsOf(
  { isEncrypted, isSigned, attachments }: IndexReading,
  extracted: readonly ExtractedText[],
): readonly FlagName[] {
  const flags: FlagName[] = [];
  if (isEncrypted) flags.push('encrypted');
  if (isSigned) flags.push('signed');
  if (attachments.length > 0) flags.push('hasAttachments');
  if (extracted.some(({ outcome }) => outcome === 'unreadable')) flags.push('unreadableAttachment');
  return flags;
}
