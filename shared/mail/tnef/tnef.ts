import { decodeLeniently } from '../charset.ts';
import { ByteReader } from './byte-reader.ts';
import { labelOfCodepage } from './codepage.ts';
import { type MapiProperties, numberOf, readMapiProperties, textOf, withoutFinalNul } from './mapi-properties.ts';

/** A file in a TNEF stream. */
export interface TnefFile {
  /** Empty where there is none. */
  readonly name: string;
  /** As the sender wrote it; empty where there is none. */
  readonly mimeTag: string;
  readonly content: Buffer;
  /** True where the content is a TNEF stream: a message within the message. */
  readonly isMessage: boolean;
}

/** A message in TNEF, as far as people see it. */
export interface TnefMessage {
  readonly text: string | undefined;
  readonly html: string | undefined;
  /** [MS-OXRTFCP]. */
  readonly compressedRtf: Buffer | undefined;
  readonly files: readonly TnefFile[];
}

const SIGNATURE = 0x223e9f78;
/** Of one stream. Stops millions of empty ones. */
const MAX_ATTRIBUTES = 50_000;
const LEVEL_MESSAGE = 1;
const LEVEL_ATTACHMENT = 2;

const ATT_BODY = 0x800c;
const ATT_ATTACH_DATA = 0x800f;
const ATT_ATTACH_TITLE = 0x8010;
const ATT_ATTACH_TRANSPORT_FILENAME = 0x9001;
const ATT_ATTACH_REND_DATA = 0x9002;
const ATT_MSG_PROPS = 0x9003;
const ATT_ATTACHMENT = 0x9005;
const ATT_OEM_CODEPAGE = 0x9007;

const PR_BODY = 0x1000;
const PR_RTF_COMPRESSED = 0x1009;
const PR_HTML = 0x1013;
const PR_DISPLAY_NAME = 0x3001;
const PR_ATTACH_DATA = 0x3701;
const PR_ATTACH_FILENAME = 0x3704;
const PR_ATTACH_METHOD = 0x3705;
const PR_ATTACH_LONG_FILENAME = 0x3707;
const PR_ATTACH_MIME_TAG = 0x370e;
const PR_INTERNET_CPID = 0x3fde;

const PT_OBJECT = 0x0d;
const PT_BINARY = 0x102;
const ATTACHED_MESSAGE = 5;
/** Before the content of an object stands the interface it is read by. */
const INTERFACE_ID_BYTES = 16;

/** What stands of one attachment, gathered until the next begins. */
interface AttachmentAttributes {
  title?: Buffer;
  transportName?: Buffer;
  data?: Buffer;
  properties?: MapiProperties;
}

/** Whether a content is a TNEF stream, whatever it is called. */
export function isTnef(content: Uint8Array): boolean {
  return new ByteReader(Buffer.from(content.buffer, content.byteOffset, content.byteLength)).uint32() === SIGNATURE;
}

/**
 * Reads a TNEF stream [MS-OXTNEF], up to where it is cut short. Checksums are not looked at, as programs write wrong
 * ones. Contents share the memory of `stream`. Never throws.
 */
export function readTnef(stream: Buffer): TnefMessage {
  const reader = new ByteReader(stream);
  reader.bytes(6);
  const attachments: AttachmentAttributes[] = [];
  let properties: MapiProperties = new Map();
  let body: Buffer | undefined;
  let charset = 'windows-1252';
  for (let count = 0; count < MAX_ATTRIBUTES && !reader.isAtEnd; count++) {
    const level = reader.uint8();
    const id = reader.uint32() & 0xffff;
    const data = reader.bytes(reader.uint32());
    reader.uint16();
    if (level === LEVEL_ATTACHMENT) {
      if (id === ATT_ATTACH_REND_DATA || attachments.length === 0) attachments.push({});
      const attachment = attachments.at(-1);
      if (attachment) addTo(attachment, id, data);
    } else if (level !== LEVEL_MESSAGE) break;
    else if (id === ATT_OEM_CODEPAGE && data.length >= 4) charset = labelOfCodepage(data.readUInt32LE());
    else if (id === ATT_BODY) body = withoutFinalNul(data);
    else if (id === ATT_MSG_PROPS) properties = readMapiProperties(data);
  }
  return { ...bodyOf(properties, body, charset), files: attachments.map((attachment) => fileOf(attachment, charset)) };
}

function addTo(attachment: AttachmentAttributes, id: number, data: Buffer): void {
  if (id === ATT_ATTACH_TITLE) attachment.title = withoutFinalNul(data);
  else if (id === ATT_ATTACH_TRANSPORT_FILENAME) attachment.transportName = withoutFinalNul(data);
  else if (id === ATT_ATTACH_DATA) attachment.data = data;
  else if (id === ATT_ATTACHMENT) attachment.properties = readMapiProperties(data);
}

function bodyOf(
  properties: MapiProperties,
  body: Buffer | undefined,
  charset: string,
): Pick<TnefMessage, 'text' | 'html' | 'compressedRtf'> {
  const html = properties.get(PR_HTML);
  const codepage = numberOf(properties, PR_INTERNET_CPID);
  const htmlCharset = codepage === undefined ? charset : labelOfCodepage(codepage);
  const rtf = properties.get(PR_RTF_COMPRESSED);
  return {
    text: textOf(properties, PR_BODY, charset) ?? (body && decodeLeniently(body, charset)),
    html: html?.type === PT_BINARY ? decodeLeniently(html.bytes, htmlCharset) : textOf(properties, PR_HTML, charset),
    compressedRtf: rtf?.type === PT_BINARY ? rtf.bytes : undefined,
  };
}

function fileOf(
  { title, transportName, data, properties = new Map() }: AttachmentAttributes,
  charset: string,
): TnefFile {
  const object = properties.get(PR_ATTACH_DATA);
  const name =
    textOf(properties, PR_ATTACH_LONG_FILENAME, charset) ??
    textOf(properties, PR_ATTACH_FILENAME, charset) ??
    [title, transportName].flatMap((bytes) => (bytes?.length ? [decodeLeniently(bytes, charset)] : []))[0] ??
    textOf(properties, PR_DISPLAY_NAME, charset) ??
    '';
  const attached = object?.type === PT_OBJECT ? object.bytes.subarray(INTERFACE_ID_BYTES) : object?.bytes;
  const content = data?.length ? data : (attached ?? Buffer.alloc(0));
  const isMessage =
    attached !== undefined && numberOf(properties, PR_ATTACH_METHOD) === ATTACHED_MESSAGE && isTnef(attached);
  return {
    name,
    mimeTag: textOf(properties, PR_ATTACH_MIME_TAG, charset) ?? '',
    content: isMessage ? attached : content,
    isMessage,
  };
}
