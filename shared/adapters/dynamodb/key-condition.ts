import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { InvalidRequestError } from '../../errors.ts';
import { checkKeyPart } from '../rules/item.ts';
import type { Position, QueryPlan } from '../rules/query-plan.ts';
import { compareUtf8 } from '../rules/sort-key.ts';
import type { Attributes } from './item-attributes.ts';
import { type KeyAttributes, TABLE_KEY } from './table-definitions.ts';

const ONE_PARTITION = '#pk = :pk';
const FROM = '#sk >= :low';
const UP_TO = '#sk <= :high';
const BETWEEN = '#sk BETWEEN :low AND :high';

/** What a Query asks for; a bound can only be inclusive, so `excluded` is a sort key to leave out of the answer. */
export interface KeyCondition {
  readonly KeyConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
  readonly ExclusiveStartKey?: Attributes;
  readonly excluded?: string;
}

/** Returns the condition of a plan over `key`, or `undefined` where nothing can meet it. */
export function keyCondition(plan: QueryPlan, key: KeyAttributes): KeyCondition | undefined {
  const { high, low } = plan;
  const start = startOf(plan);
  if (start === 'nowhere' || (high !== undefined && isEmptyRange(low, high))) return undefined;
  const range = high === undefined ? (low === '' ? undefined : FROM) : low === '' ? UP_TO : BETWEEN;
  return {
    KeyConditionExpression: range === undefined ? ONE_PARTITION : `${ONE_PARTITION} AND ${range}`,
    ExpressionAttributeNames: { '#pk': key.partition, ...(range === undefined ? {} : { '#sk': key.sort }) },
    ExpressionAttributeValues: {
      ':pk': { S: plan.pk },
      ...(low === '' ? {} : { ':low': { S: low } }),
      ...(high === undefined ? {} : { ':high': { S: high.sk } }),
    },
    ...(start === 'at the bound' ? {} : { ExclusiveStartKey: startKey(plan.pk, start, key) }),
    ...(high === undefined || high.inclusive ? {} : { excluded: high.sk }),
  };
}

/** Where a page starts. DynamoDB refuses a position outside the bounds, and one that nothing can stand behind. */
function startOf({ after, descending, high, low }: QueryPlan): Position | 'at the bound' | 'nowhere' {
  if (after === undefined) return 'at the bound';
  const fromLow = compareUtf8(after[0] ?? '', low);
  const fromHigh = high === undefined ? -1 : compareUtf8(after[0] ?? '', high.sk);
  const [before, behind] = descending ? [fromHigh, -fromLow] : [-fromLow, fromHigh];
  // In an index others may have the sort key of the bound.
  if (behind > 0 || (behind === 0 && after.length === 1)) return 'nowhere';
  return before > 0 ? 'at the bound' : after;
}

/** Returns what DynamoDB calls the position behind which a page of a table or index starts. */
function startKey(pk: string, position: Position, key: KeyAttributes): Attributes {
  const [sk = '', itemPk = pk, itemSk = sk] = position;
  for (const part of [sk, itemPk, itemSk]) checkCursorPart(part);
  return {
    [key.partition]: { S: pk },
    [key.sort]: { S: sk },
    [TABLE_KEY.partition]: { S: itemPk },
    [TABLE_KEY.sort]: { S: itemSk },
  };
}

/** Throws `InvalidRequestError` where a part of a cursor can be no key. */
export function checkCursorPart(part: string): void {
  try {
    checkKeyPart('a position', part);
  } catch {
    throw new InvalidRequestError('not a cursor of this list');
  }
}

function isEmptyRange(low: string, high: NonNullable<QueryPlan['high']>): boolean {
  const order = compareUtf8(low, high.sk);
  return high.sk === '' || order > 0 || (order === 0 && !high.inclusive);
}
