import type { ApiClient } from './api-client.ts';
import { type JsonRecord, recordOf, recordsOf, textOf } from './json-value.ts';

/** The most that the API gives at once. */
const PAGE_LIMIT = 200;

/** Part of a list; `more` where there is something after it that was not asked for. */
export interface Page {
  readonly items: readonly JsonRecord[];
  readonly more: boolean;
}

/** The first `limit` items of a list, page by page, in the order of the API. */
export async function* pagesOf(
  api: ApiClient,
  path: string,
  query: Readonly<Record<string, string>>,
  limit: number,
): AsyncIterable<Page> {
  let left = limit;
  let cursor = '';
  do {
    const parameters = new URLSearchParams({ ...query, limit: String(Math.min(left, PAGE_LIMIT)) });
    if (cursor) parameters.set('cursor', cursor);
    const answer = recordOf(await api.json('GET', `${path}?${parameters}`));
    const items = recordsOf(answer.items).slice(0, left);
    left -= items.length;
    cursor = textOf(answer.cursor);
    yield { items, more: cursor !== '' && left === 0 };
  } while (cursor !== '' && left > 0);
}
