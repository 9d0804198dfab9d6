import { decodeLeniently } from '../charset.ts';
import { ByteReader } from './byte-reader.ts';

/** A value of a MAPI property [MS-OXTNEF, 2.1.3.4], as bytes; of several values the first. */
interface MapiValue {
  readonly type: number;
  readonly bytes: Buffer;
}

/** MAPI properties by their id; named ones (0x8000 and above) are left out. */
export type MapiProperties = ReadonlyMap<number, MapiValue>;

/** Of one list. Stops millions of empty ones. */
const MAX_PROPERTIES = 10_000;
/** Of one property. Stops millions of empty ones. */
const MAX_VALUES = 100_000;

const SEVERAL = 0x1000;
const FIRST_NAMED_ID = 0x8000;
const PT_STRING8 = 0x1e;
const PT_UNICODE = 0x1f;
const PT_LONG = 3;
const VARIABLE = new Set([0x0d, PT_STRING8, PT_UNICODE, 0x102]);
/** Bytes by type; those of two bytes are padded to four. */
const FIXED = new Map<number, number>([
  ...([0x0, 0x1] as const).map((type): [number, number] => [type, 0]),
  ...([0x2, PT_LONG, 0x4, 0xa, 0xb] as const).map((type): [number, number] => [type, 4]),
  ...([0x5, 0x6, 0x7, 0x14, 0x40] as const).map((type): [number, number] => [type, 8]),
  [0x48, 16],
]);

/** Reads the list of properties in a TNEF attribute, up to the first one that cannot be read. Never throws. */
export function readMapiProperties(data: Buffer): MapiProperties {
  const properties = new Map<number, MapiValue>();
  const reader = new ByteReader(data);
  const count = Math.min(reader.uint32(), MAX_PROPERTIES);
  for (let index = 0; index < count && !reader.isAtEnd; index++) {
    const type = reader.uint16();
    const id = reader.uint16();
    if (id >= FIRST_NAMED_ID) skipName(reader);
    const value = readValue(reader, type);
    if (value === undefined) break;
    if (id < FIRST_NAMED_ID && !properties.has(id)) properties.set(id, { type: type & ~SEVERAL, bytes: value });
  }
  return properties;
}

/** The text of a property without its final NUL, or `undefined` where it has none; `charset` is of 8-bit strings. */
export function textOf(properties: MapiProperties, id: number, charset: string): string | undefined {
  const value = properties.get(id);
  if (value === undefined || (value.type !== PT_STRING8 && value.type !== PT_UNICODE)) return undefined;
  const text =
    value.type === PT_UNICODE
      ? value.bytes.toString('utf16le').toWellFormed()
      : decodeLeniently(withoutFinalNul(value.bytes), charset);
  return text.replace(/\0+$/, '') || undefined;
}

/** The number of a property of type PtypInteger32, or `undefined`. */
export function numberOf(properties: MapiProperties, id: number): number | undefined {
  const value = properties.get(id);
  return value?.type === PT_LONG && value.bytes.length === 4 ? value.bytes.readUInt32LE() : undefined;
}

/** Without the NUL that ends 8-bit strings. */
export function withoutFinalNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function skipName(reader: ByteReader): void {
  reader.bytes(16);
  const isString = reader.uint32() === 1;
  if (isString) reader.paddedBytes(reader.uint32());
  else reader.uint32();
}

function readValue(reader: ByteReader, type: number): Buffer | undefined {
  const single = type & ~SEVERAL;
  const size = FIXED.get(single);
  const isVariable = VARIABLE.has(single);
  if (size === undefined && !isVariable) return undefined;
  const count = isVariable || (type & SEVERAL) !== 0 ? reader.uint32() : 1;
  if (count > MAX_VALUES) return undefined;
  // Values without bytes are all alike. Stops lists of them, which take time and no bytes.
  if (size === 0) return Buffer.alloc(0);
  let first: Buffer | undefined;
  for (let index = 0; index < count && !reader.isAtEnd; index++) {
    const value = size === undefined ? reader.paddedBytes(reader.uint32()) : reader.bytes(size);
    first ??= value;
  }
  return first ?? Buffer.alloc(0);
}
