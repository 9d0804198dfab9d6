import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DamagedError } from '../../errors.ts';

/** Shorter ones gain too little. */
const DEFLATE_BYTES = 256;
/** More than any item has: stops an attribute that would unfold without end. */
const MAX_JSON_BYTES = 512 * 1024;

/**
 * Returns the attribute that holds a JSON text: the text itself, or its raw deflate stream (RFC 1951) where that is
 * smaller. A started KB costs a write unit, in the table and in every index: records of mail are about 1,100 bytes
 * as text and 800 deflated.
 */
export function dataAttribute(json: string): AttributeValue {
  if (json.length < DEFLATE_BYTES) return { S: json };
  const deflated = deflateRawSync(json);
  return deflated.length < Buffer.byteLength(json) ? { B: deflated } : { S: json };
}

/** Returns the JSON text of an attribute that `dataAttribute` made; throws `DamagedError` for any other. */
export function jsonOfAttribute(attribute: AttributeValue | undefined): string {
  if (attribute?.S !== undefined) return attribute.S;
  if (attribute?.B === undefined) throw new DamagedError('an item', 'it has no data');
  try {
    return inflateRawSync(attribute.B, { maxOutputLength: MAX_JSON_BYTES }).toString();
  } catch (cause) {
    throw new DamagedError('an item', 'its data cannot be inflated', { cause });
  }
}
