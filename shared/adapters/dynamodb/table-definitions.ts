import type { IndexName, TableName } from '../../ports/tables.ts';

/** Names of the attributes of a key; all are strings. */
export interface KeyAttributes {
  readonly partition: string;
  readonly sort: string;
}

/** An index over the items that have its key's attributes; all attributes are projected. */
interface IndexDefinition {
  readonly name: IndexName;
  readonly key: KeyAttributes;
}

export interface TableDefinition {
  readonly name: TableName;
  readonly indexes: readonly IndexDefinition[];
  /** Whether DynamoDB removes items some time after the second that `EXPIRY_ATTRIBUTE` says. */
  readonly expires: boolean;
}

/** The key of every table. */
export const TABLE_KEY: KeyAttributes = { partition: 'pk', sort: 'sk' };

/** The attribute of `Item.expiresAt`. */
export const EXPIRY_ATTRIBUTE = 'expiresAt';

/** The keys of the indexes, the same in every table. */
export const INDEX_KEYS: { readonly [Name in IndexName]: KeyAttributes } = {
  list: { partition: 'listPk', sort: 'listSk' },
  versions: { partition: 'versionsPk', sort: 'versionsSk' },
  unlogged: { partition: 'unloggedPk', sort: 'unloggedSk' },
};

/** An index without items costs nothing; a table in use could be given another only by a deployment for each. */
const ALL_INDEXES: readonly IndexDefinition[] = [
  { name: 'list', key: INDEX_KEYS.list },
  { name: 'versions', key: INDEX_KEYS.versions },
  { name: 'unlogged', key: INDEX_KEYS.unlogged },
];

/** The tables as the stack deploys them and `createMissingTables` creates them: only sessions and counters may expire. */
export const TABLE_DEFINITIONS: readonly TableDefinition[] = [
  { name: 'messages', indexes: ALL_INDEXES, expires: true },
  { name: 'configuration', indexes: ALL_INDEXES, expires: false },
  { name: 'activity', indexes: ALL_INDEXES, expires: true },
];

/** Returns what a table is called in an account: the prefix tells it apart from those of other systems. */
export function tableName(prefix: string, name: TableName): string {
  return prefix + name;
}
