import type { Anomalies } from './anomaly.ts';
import { Boundaries, type Delimiter } from './boundaries.ts';
import { decodeStrictly } from './charset.ts';
import { type ContentFields, readContentFields } from './content-fields.ts';
import { type HeaderLimits, type HeaderSection, headerLimits, readHeaderSection } from './header-section.ts';
import { MAX_BOUNDARY_LENGTH, MAX_DEPTH, MAX_NESTED_DECODED_BYTES, MAX_PARTS } from './limits.ts';
import { parameterTexts } from './parameters.ts';
import type { Part } from './part.ts';
import { decodeTransferEncoding } from './transfer-encoding.ts';

/** What reading shares over all of one message, nested ones included. */
interface Limits {
  readonly anomalies: Anomalies;
  readonly header: HeaderLimits;
  partsLeft: number;
  nestedBytesLeft: number;
}

const NESTED_MESSAGE_TYPES = new Set(['message/rfc822', 'message/global', 'message/news']);

/** Whether parts of that type hold a message of their own (RFC 2046, 5.2.1; RFC 6532, 3.7; RFC 5537, 6.1). */
function isNestedMessageType(type: string): boolean {
  return NESTED_MESSAGE_TYPES.has(type);
}

/**
 * Takes the message that begins at `start` apart, in one pass and in time linear in its size. Never throws: what is
 * malformed, or beyond a limit, becomes a leaf, and the anomaly is noted.
 */
export function readStructure(source: Buffer, start: number, anomalies: Anomalies): Part {
  const limits: Limits = {
    anomalies,
    header: headerLimits(anomalies),
    partsLeft: MAX_PARTS,
    nestedBytesLeft: source.length + MAX_NESTED_DECODED_BYTES,
  };
  return new StructureReader(source, start, limits).message(0);
}

/** Reads one buffer from front to back. Between calls, `#delimiter` is the delimiter line it stands at, if any. */
class StructureReader {
  readonly #source: Buffer;
  readonly #end: number;
  readonly #limits: Limits;
  readonly #boundaries: Boundaries;
  #position: number;
  #delimiter: Delimiter | undefined;

  constructor(source: Buffer, start: number, limits: Limits) {
    this.#source = source;
    this.#end = source.length;
    this.#limits = limits;
    this.#boundaries = new Boundaries(source);
    this.#position = start;
  }

  message(depth: number): Part {
    return this.#part(depth, 'text/plain');
  }

  #part(depth: number, defaultType: string): Part {
    this.#limits.partsLeft--;
    const start = this.#position;
    this.#delimiter = undefined;
    const section = readHeaderSection(this.#source, start, this.#end, this.#limits.header, (lineStart) => {
      this.#delimiter = this.#boundaries.at(lineStart, this.#end, start);
      return this.#delimiter !== undefined;
    });
    this.#position = section.bodyStart;
    const content = readContentFields(section, defaultType, this.#limits.anomalies);
    if (content.type.startsWith('multipart/')) return this.#multipart(start, section, content, depth);
    if (isNestedMessageType(content.type)) return this.#nestedMessage(start, section, content, depth);
    return this.#leaf(start, section, content);
  }

  #leaf(start: number, section: HeaderSection, content: ContentFields): Part {
    this.#findDelimiter(section.bodyStart);
    return { ...content, kind: 'leaf', start, section, bodyEnd: this.#contentEnd(section.bodyStart), children: [] };
  }

  #multipart(start: number, section: HeaderSection, content: ContentFields, depth: number): Part {
    const { anomalies } = this.#limits;
    const plain = content.contentType.parameters.get('boundary');
    if (plain === undefined) anomalies.add('missing_boundary');
    // RFC 2231, 3 allows continuations here too; few programs read them, and few write them.
    const boundary = (plain ?? parameterTexts(content.contentType, 'boundary', decodeStrictly)[0] ?? '').trimEnd();
    if (boundary === '' || boundary.length > MAX_BOUNDARY_LENGTH) {
      anomalies.add('missing_boundary');
      return this.#leaf(start, section, { ...content, type: 'text/plain' });
    }
    if (depth >= MAX_DEPTH) {
      anomalies.add('too_deep');
      return this.#leaf(start, section, content);
    }
    if (content.encoding !== 'identity') anomalies.add('encoded_multipart');
    const children = this.#parts(boundary, content.type, depth);
    const bodyEnd = this.#contentEnd(section.bodyStart);
    if (children.length > 0) return { ...content, kind: 'multipart', start, section, bodyEnd, children };
    return { ...content, type: 'text/plain', kind: 'leaf', start, section, bodyEnd, children };
  }

  /** Reads up to a delimiter of an enclosing multipart, or the end. */
  #parts(boundary: string, type: string, depth: number): Part[] {
    const { anomalies } = this.#limits;
    const defaultType = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
    const multipart = this.#boundaries.open(boundary);
    if (multipart.shadowed) anomalies.add('repeated_boundary');
    const children: Part[] = [];
    for (;;) {
      this.#findDelimiter(this.#position);
      const delimiter = this.#delimiter;
      if (delimiter?.multipart !== multipart) break;
      this.#delimiter = undefined;
      this.#position = delimiter.next;
      if (multipart.isClosed) anomalies.add('delimiter_after_close');
      else if (delimiter.isClose) {
        multipart.isClosed = true;
        if (multipart.shadowed) this.#boundaries.forget(multipart);
      } else if (this.#limits.partsLeft > 0) children.push(this.#part(depth + 1, defaultType));
      else children.push(this.#rest());
    }
    if (!multipart.isClosed) anomalies.add('unclosed_boundary');
    this.#boundaries.forget(multipart);
    return children;
  }

  /** Everything to the end as one leaf, where there are too many parts to go on. */
  #rest(): Part {
    const { anomalies } = this.#limits;
    anomalies.add('too_many_parts');
    const start = this.#position;
    const section: HeaderSection = { source: this.#source, fields: [], bodyStart: start };
    this.#position = this.#end;
    const content = readContentFields(section, 'application/octet-stream', anomalies);
    return { ...content, kind: 'leaf', start, section, bodyEnd: this.#end, children: [] };
  }

  #nestedMessage(start: number, section: HeaderSection, content: ContentFields, depth: number): Part {
    if (depth >= MAX_DEPTH || this.#limits.partsLeft <= 0) {
      this.#limits.anomalies.add(depth >= MAX_DEPTH ? 'too_deep' : 'too_many_parts');
      return this.#leaf(start, section, content);
    }
    if (content.encoding === 'identity' || content.encoding === 'unknown') {
      if (this.#delimiter) return this.#leaf(start, section, content);
      const child = this.#part(depth + 1, 'text/plain');
      const bodyEnd = this.#contentEnd(section.bodyStart);
      return { ...content, kind: 'nested-message', start, section, bodyEnd, children: [child] };
    }
    const leaf = this.#leaf(start, section, content);
    return this.#decodedMessage(leaf, depth) ?? leaf;
  }

  /** A nested message in base64 or quoted-printable, which RFC 2046, 5.2.1 forbids and mail systems send. */
  #decodedMessage(leaf: Part, depth: number): Part | undefined {
    const { anomalies } = this.#limits;
    const size = leaf.bodyEnd - leaf.section.bodyStart;
    if (size > this.#limits.nestedBytesLeft) {
      anomalies.add('too_much_nested_encoding');
      return undefined;
    }
    this.#limits.nestedBytesLeft -= size;
    const encoded = this.#source.subarray(leaf.section.bodyStart, leaf.bodyEnd);
    const { content, anomaly } = decodeTransferEncoding(encoded, leaf.encoding);
    if (anomaly) anomalies.add(anomaly);
    const child = new StructureReader(content, 0, this.#limits).message(depth + 1);
    return { ...leaf, kind: 'nested-message', children: [child] };
  }

  #findDelimiter(from: number): void {
    if (this.#delimiter) return;
    this.#delimiter = this.#boundaries.find(from, this.#end);
    this.#position = this.#delimiter?.lineStart ?? this.#end;
  }

  #contentEnd(bodyStart: number): number {
    return Math.max(bodyStart, this.#delimiter?.contentEnd ?? this.#end);
  }
}
