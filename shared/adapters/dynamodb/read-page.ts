import type { Item, Page } from '../../ports/tables.ts';
import { type Position, pageOf } from '../rules/query-plan.ts';
import { type Attributes, itemOf } from './item-attributes.ts';

/** What one call of Query or Scan is asked for and answers. */
export interface Ask {
  readonly Limit: number;
  readonly ExclusiveStartKey?: Attributes;
}
export interface Answer {
  readonly Items?: readonly Attributes[] | undefined;
  readonly ScannedCount?: number | undefined;
  readonly LastEvaluatedKey?: Attributes | undefined;
}

/**
 * Returns a page of up to `limit` items, by as many calls as it takes to have one or to know that there is none.
 * One more is asked for, since DynamoDB cannot say that a page is the last before it has looked past it. A call
 * ends at 1 MB; then the page ends too.
 */
export async function readPage(
  ask: (question: Ask) => Promise<Answer>,
  plan: {
    readonly limit: number;
    readonly start?: Attributes | undefined;
    readonly keep?: (item: Item) => boolean;
    readonly positionOf: (item: Item) => Position;
  },
): Promise<Page> {
  const { limit, keep = () => true, positionOf } = plan;
  const items: Item[] = [];
  let start = plan.start;
  for (;;) {
    const wanted = limit + 1 - items.length;
    const answer = await ask({ Limit: wanted, ...(start === undefined ? {} : { ExclusiveStartKey: start }) });
    items.push(...(answer.Items ?? []).map(itemOf).filter(keep));
    start = answer.LastEvaluatedKey;
    const isCutShort = start !== undefined && items.length > 0 && (answer.ScannedCount ?? 0) < wanted;
    if (items.length > limit || isCutShort) return pageOf(items.slice(0, limit), true, positionOf);
    if (start === undefined) return pageOf(items, false, positionOf);
  }
}
