import { attributesOf } from '../../shared/adapters/dynamodb/item-attributes.ts';
import type { Item } from '../../shared/ports/tables.ts';

const UNIT_BYTES = 1024;

/** The size that DynamoDB bills an item by: names and values of its attributes (Developer Guide, "item sizes and formats"). */
export function itemSizeBytes(item: Item): number {
  const sizes = Object.entries(attributesOf(item)).map(([name, { S, N, B }]) => {
    // A number has a byte for two digits, and one more.
    const value = S ?? B ?? (N === undefined ? 'x' : 'x'.repeat(Math.ceil(N.length / 2) + 1));
    return Buffer.byteLength(name) + Buffer.byteLength(value);
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A write is billed per started KB, once more for each index that the item stands in. */
export function writeUnits(item: Item): number {
  return Math.ceil(itemSizeBytes(item) / UNIT_BYTES) * (1 + Object.keys(item.indexes ?? {}).length);
}
