import type { MessageScope, SettledScope } from '../../domain/message-scope.ts';
import type { Visibility } from '../../search/matching/searched-unit.ts';
import { parseQuery } from '../../search/query/parse-query.ts';
import type { Query } from '../../search/query/query.ts';
import { withMailboxIds } from '../search/find/mailbox-filters.ts';

/**
 * The search that finds what a scope covers, but for its period. It means the same for ever: times in it count from when
 * the scope was settled, and mailboxes are those that were called so then.
 */
export function scopeQuery({ scope, queryMailboxes = {}, createdAt }: SettledScope): Query {
  const { query } = scope;
  const parts = [...custodians(scope)];
  if (query !== undefined) {
    const parsed = parseQuery(query, { now: new Date(createdAt) });
    parts.push(withMailboxIds(parsed, (name) => queryMailboxes[name] ?? []));
  }
  const [only] = parts;
  if (only === undefined) return { kind: 'everything' };
  return parts.length === 1 ? only : { kind: 'and', of: parts };
}

function custodians({ mailboxes, addresses }: MessageScope): readonly Query[] {
  if (!mailboxes && !addresses) return [];
  return [
    {
      kind: 'or',
      of: [
        ...(mailboxes ?? []).map((mailbox): Query => ({ kind: 'mailbox', mailbox })),
        ...(addresses ?? []).map((text): Query => ({ kind: 'text', form: 'phrase', text, fields: PEOPLE })),
      ],
    },
  ];
}

/** Where a message names people. */
export const PEOPLE = ['from', 'to', 'cc', 'bcc', 'hiddenBcc'] as const;

/** All that there is: what is private, what is restricted, and every blind copy. */
export function wholeVisibility({ from, to }: Pick<MessageScope, 'from' | 'to'> = {}): Visibility {
  const received = {
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  return {
    sight: 'all',
    privateSight: 'all',
    hiddenBcc: true,
    restricted: true,
    withoutCovered: false,
    ...(from === undefined && to === undefined ? {} : { received }),
  };
}

/** What somebody who was granted to read a mailbox finds in it: no blind copies of others, and nothing that is restricted. */
export function readersVisibility(period: Pick<MessageScope, 'from' | 'to'>): Visibility {
  return { ...wholeVisibility(period), hiddenBcc: false, restricted: false };
}

/** What the query calls mailboxes by, each name once. */
export function mailboxesNamedIn(query: Query): readonly string[] {
  const names = new Set<string>();
  withMailboxIds(query, (name) => {
    names.add(name);
    return [];
  });
  return [...names];
}
