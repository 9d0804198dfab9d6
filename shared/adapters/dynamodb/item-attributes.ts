import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { DamagedError } from '../../errors.ts';
import type { IndexName, Item, ItemKey } from '../../ports/tables.ts';
import { encodeItem } from '../rules/item.ts';
import { dataAttribute, jsonOfAttribute } from './data-attribute.ts';
import { EXPIRY_ATTRIBUTE, INDEX_KEYS, TABLE_KEY } from './table-definitions.ts';

const INDEX_NAMES: readonly IndexName[] = ['list', 'versions', 'unlogged'];

export type Attributes = Record<string, AttributeValue>;

/** Returns the attributes of a key. */
export function keyAttributes({ pk, sk }: ItemKey): Attributes {
  return { [TABLE_KEY.partition]: { S: pk }, [TABLE_KEY.sort]: { S: sk } };
}

/** Returns the attributes of an item; throws `InvalidRequestError` where it breaks a rule of the port. */
export function attributesOf(item: Item): Attributes {
  encodeItem(item);
  const attributes: Attributes = {
    ...keyAttributes(item),
    version: { N: String(item.version) },
    data: dataAttribute(JSON.stringify(item.data)),
  };
  for (const index of INDEX_NAMES) {
    const key = item.indexes?.[index];
    if (key === undefined) continue;
    attributes[INDEX_KEYS[index].partition] = { S: key.pk };
    attributes[INDEX_KEYS[index].sort] = { S: key.sk };
  }
  if (item.expiresAt !== undefined) attributes[EXPIRY_ATTRIBUTE] = { N: String(item.expiresAt) };
  if (item.removed) attributes.removed = { BOOL: true };
  return attributes;
}

/** Returns the item that `attributesOf` made them of; throws `DamagedError` where it did not. */
export function itemOf(attributes: Attributes): Item {
  const indexes: { [Name in IndexName]?: ItemKey } = {};
  for (const index of INDEX_NAMES) {
    const { partition, sort } = INDEX_KEYS[index];
    if (attributes[partition] === undefined) continue;
    indexes[index] = { pk: text(attributes, partition), sk: text(attributes, sort) };
  }
  const expiresAt = attributes[EXPIRY_ATTRIBUTE]?.N;
  return {
    pk: text(attributes, TABLE_KEY.partition),
    sk: text(attributes, TABLE_KEY.sort),
    version: Number(attributes.version?.N),
    ...(Object.keys(indexes).length === 0 ? {} : { indexes }),
    ...(expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) }),
    ...(attributes.removed?.BOOL ? { removed: true } : {}),
    data: JSON.parse(jsonOfAttribute(attributes.data)),
  };
}

function text(attributes: Attributes, name: string): string {
  const value = attributes[name]?.S;
  if (value === undefined) throw new DamagedError('an item', `its attribute ${name} is no text`);
  return value;
}
