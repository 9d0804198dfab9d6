import { decodeLeniently } from '../../charset.ts';
import { normalised } from '../../leaf-text.ts';
import { labelOfCodepage } from '../../tnef/codepage.ts';
import { decompressRtf } from '../../tnef/compressed-rtf.ts';
import { readRtfBody } from '../../tnef/rtf-body.ts';
import type { Extraction, ReadContent } from '../extraction.ts';
import { htmlText } from '../html-text.ts';
import { KnownWords } from '../lacking-lines.ts';
import { readCompoundFile, type Storage } from './compound-file.ts';

const SUBJECT = '0037';
const SENDER = ['0C1A', '0C1F', '5D01', '0042', '0065'];
const RECIPIENT = ['3001', '3003', '39FE'];
const SHOWN_RECIPIENTS = ['0E04', '0E03'];
const BODY = '1000';
const HTML = '1013';
const COMPRESSED_RTF = '1009';
const ATTACHMENT_NAME = ['3707', '3704', '3001'];
const ATTACHMENT_DATA = '3701';
const UNICODE = '001F';
const STRING8 = '001E';
const BINARY = '0102';
const PR_INTERNET_CPID = 0x3fde0003;
const PROPERTY_HEADER_BYTES = 32;
/** Messages in messages. Stops exhaustion of the stack. */
const MAX_NESTING = 10;

/** The text of a message of Outlook [MS-OXMSG]: subject, people, body, and its attachments. */
export async function readOutlookMessage(
  file: Buffer,
  extraction: Extraction,
  readContent: ReadContent,
): Promise<void> {
  const root = readCompoundFile(file);
  if (root === undefined) return extraction.unreadable('damaged');
  await readMessage(root, extraction, readContent, 0);
}

async function readMessage(
  message: Storage,
  extraction: Extraction,
  readContent: ReadContent,
  depth: number,
): Promise<void> {
  const text = new MessageProperties(message);
  extraction.line(text.string(SUBJECT));
  const people = new KnownWords();
  const showPeople = (line: string): void => extraction.line(people.lackingLines(line));
  showPeople(SENDER.map((id) => text.string(id)).join(' '));
  showPeople(SHOWN_RECIPIENTS.map((id) => text.string(id)).join(' '));
  const storages = message.storages;
  for (const storage of storages.filter(({ name }) => name.startsWith('__recip_version1.0_'))) {
    const recipient = new MessageProperties(storage);
    showPeople(RECIPIENT.map((id) => recipient.string(id)).join(' '));
  }
  extraction.line(text.body());
  for (const storage of storages.filter(({ name }) => name.startsWith('__attach_version1.0_'))) {
    if (!extraction.takeEntry()) return;
    await readAttachment(storage, extraction, readContent, depth);
  }
}

async function readAttachment(
  storage: Storage,
  extraction: Extraction,
  readContent: ReadContent,
  depth: number,
): Promise<void> {
  const properties = new MessageProperties(storage);
  const filename = ATTACHMENT_NAME.map((id) => properties.string(id)).find((name) => name !== '') ?? '';
  extraction.line(filename);
  const nested = storage.storages.find(({ name }) => name.startsWith(`__substg1.0_${ATTACHMENT_DATA}`));
  const content = properties.bytes(ATTACHMENT_DATA, BINARY);
  if (content)
    await extraction.within(() =>
      readContent(content, { filename, contentType: properties.string('370E').toLowerCase() }),
    );
  else if (nested && depth >= MAX_NESTING) extraction.unreadable('limit');
  else if (nested) await extraction.within(() => readMessage(nested, extraction, readContent, depth + 1));
}

class MessageProperties {
  readonly #storage: Storage;
  readonly #charset: string;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#charset = charsetOf(storage);
  }

  bytes(id: string, type: string): Buffer | undefined {
    return this.#storage.streams.get(`__substg1.0_${id}${type}`)?.();
  }

  /** Empty where there is none. */
  string(id: string): string {
    const unicode = this.bytes(id, UNICODE)?.toString('utf16le');
    const eightBit = unicode === undefined ? this.bytes(id, STRING8) : undefined;
    return (unicode ?? (eightBit ? decodeLeniently(eightBit, this.#charset) : '')).replaceAll('\0', '').trim();
  }

  /** Plain text, and the lines of other forms that have a word which it lacks. */
  body(): string {
    const plain = normalised(this.string(BODY));
    const htmlBytes = this.bytes(HTML, BINARY);
    const html = htmlBytes ? decodeLeniently(htmlBytes, this.#charset) : this.string(HTML);
    const compressed = html === '' ? this.bytes(COMPRESSED_RTF, BINARY) : undefined;
    const rtf = compressed ? readRtfBody(decompressRtf(compressed)) : undefined;
    const known = new KnownWords();
    known.add(plain);
    const others = [htmlText(html || (rtf?.html ?? '')), rtf?.text ?? ''].map((text) => known.lackingLines(text));
    return [plain, ...others].filter((text) => text !== '').join('\n');
  }
}

/** Of strings of one byte a character, and of HTML. */
function charsetOf({ streams }: Storage): string {
  const properties = streams.get('__properties_version1.0')?.() ?? Buffer.alloc(0);
  for (let at = PROPERTY_HEADER_BYTES; at + 16 <= properties.length; at += 16) {
    if (properties.readUInt32LE(at) === PR_INTERNET_CPID) return labelOfCodepage(properties.readUInt32LE(at + 8));
  }
  return 'windows-1252';
}
