import type { Item, JsonObject } from '../ports/tables.ts';

/** Something made of JSON values only, as an item's data: drops what is `undefined`, copies nothing else. */
export function dataOf(value: object): JsonObject {
  const data: { [name: string]: JsonObject[string] } = {};
  for (const [name, field] of Object.entries(value)) if (field !== undefined) data[name] = field;
  return data;
}

/**
 * An item's data as the type that its only writer gave it. Items are written by this code alone and
 * carry what they were given, so their shape is a matter of the key, not of checking each read.
 */
export function typed<Data>(item: Item): Item<Data> {
  return item as unknown as Item<Data>;
}
