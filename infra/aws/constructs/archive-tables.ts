import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import {
  EXPIRY_ATTRIBUTE,
  TABLE_DEFINITIONS,
  TABLE_KEY,
  type TableDefinition,
  tableName,
} from '../../../shared/adapters/dynamodb/table-definitions.ts';
import type { IndexName, TableName } from '../../../shared/ports/tables.ts';
import type { ArchiveKey } from './archive-key.ts';

/** What a function does with a table; `{ index }` is a query of that index. */
export type TableUse = 'get' | 'put' | 'batchPut' | 'delete' | 'query' | 'scan' | { readonly index: IndexName };

const ACTIONS = {
  get: 'dynamodb:GetItem',
  put: 'dynamodb:PutItem',
  batchPut: 'dynamodb:BatchWriteItem',
  delete: 'dynamodb:DeleteItem',
  query: 'dynamodb:Query',
  scan: 'dynamodb:Scan',
} as const;

export interface ArchiveTablesProps {
  readonly key: ArchiveKey;
  readonly prefix: string;
}

/** The tables of the archive, each with point-in-time recovery, protected from deletion. */
export class ArchiveTables extends Construct {
  readonly prefix: string;
  readonly all: ReadonlyMap<TableName, Table>;

  constructor(scope: Construct, id: string, { key, prefix }: ArchiveTablesProps) {
    super(scope, id);
    this.prefix = prefix;
    this.all = new Map(TABLE_DEFINITIONS.map((definition) => [definition.name, this.#create(definition, key)]));
  }

  /** Grants what a function does with a table, and nothing else of it. */
  grant(grantee: IGrantable, name: TableName, uses: readonly TableUse[]): void {
    const table = this.all.get(name);
    if (!table) throw new Error(`no table is called ${name}`);
    const actions = uses.filter((use) => typeof use === 'string').map((use) => ACTIONS[use]);
    if (actions.length > 0) Grant.addToPrincipal({ grantee, actions, resourceArns: [table.tableArn] });
    const indexes = uses
      .filter((use) => typeof use !== 'string')
      .map(({ index }) => `${table.tableArn}/index/${index}`);
    if (indexes.length > 0) Grant.addToPrincipal({ grantee, actions: [ACTIONS.query], resourceArns: indexes });
  }

  #create({ name, indexes, expires }: TableDefinition, key: ArchiveKey): Table {
    const text = (attribute: string) => ({ name: attribute, type: AttributeType.STRING });
    const table = new Table(this, name, {
      tableName: tableName(this.prefix, name),
      partitionKey: text(TABLE_KEY.partition),
      sortKey: text(TABLE_KEY.sort),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(expires ? { timeToLiveAttribute: EXPIRY_ATTRIBUTE } : {}),
    });
    for (const index of indexes) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: text(index.key.partition),
        sortKey: text(index.key.sort),
        projectionType: ProjectionType.ALL,
      });
    }
    return table;
  }
}
