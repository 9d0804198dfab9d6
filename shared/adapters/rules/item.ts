import { InvalidRequestError } from '../../errors.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';

/** DynamoDB's limit (400 KB per item), counted on the JSON text in every adapter. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_KEY_BYTES = 1024;
/** No UTF-16 code unit takes more bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Throws `InvalidRequestError` where `key` is not an `ItemKey`. */
export function checkItemKey(key: ItemKey): void {
  checkKeyPart('pk', key.pk);
  checkKeyPart('sk', key.sk);
}

/** Throws `InvalidRequestError` where `part` is empty, longer than 1,024 bytes, or not well-formed Unicode. */
export function checkKeyPart(name: string, part: string): void {
  if (part === '') throw new InvalidRequestError(`${name} of an item is empty`);
  checkKeyBound(name, part);
}

/** As `checkKeyPart`, for what keys are compared with: it may be empty. */
export function checkKeyBound(name: string, part: string): void {
  if (isLonger(part, MAX_KEY_BYTES)) throw new InvalidRequestError(`${name} of an item is over ${MAX_KEY_BYTES} bytes`);
  if (!part.isWellFormed()) throw new InvalidRequestError(`${name} of an item is not well-formed Unicode`);
}

/** Returns the JSON text of an item; throws `InvalidRequestError` where it breaks a rule of the port. */
export function encodeItem(item: Item): string {
  checkItemKey(item);
  if (item.indexes?.list !== undefined) checkItemKey(item.indexes.list);
  if (item.indexes?.versions !== undefined) checkItemKey(item.indexes.versions);
  if (item.indexes?.unlogged !== undefined) checkItemKey(item.indexes.unlogged);
  if (!Number.isSafeInteger(item.version) || item.version < 1) {
    throw new InvalidRequestError(`version of an item is ${item.version}; it starts at 1`);
  }
  const json = JSON.stringify(item);
  if (isLonger(json, MAX_ITEM_BYTES)) {
    throw new InvalidRequestError(`item ${item.pk} ${item.sk} is over ${MAX_ITEM_BYTES} bytes`);
  }
  return json;
}

/** Returns the item of a text that `encodeItem` made. */
export function decodeItem(json: string): Item {
  return JSON.parse(json);
}

function isLonger(text: string, limitBytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > limitBytes && Buffer.byteLength(text) > limitBytes;
}
