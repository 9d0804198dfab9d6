import type { Query } from '../../../search/query/query.ts';

/** The query with each mailbox named by its id: one that is called so by nobody is in no mailbox. */
export function withMailboxIds(query: Query, idsOf: (name: string) => readonly string[]): Query {
  switch (query.kind) {
    case 'and':
    case 'or':
      return { ...query, of: query.of.map((part) => withMailboxIds(part, idsOf)) };
    case 'not':
      return { ...query, of: withMailboxIds(query.of, idsOf) };
    case 'mailbox':
      return { kind: 'or', of: idsOf(query.mailbox).map((mailbox) => ({ kind: 'mailbox', mailbox })) };
    default:
      return query;
  }
}

/** Whether anything in that mailbox can match a query that names mailboxes by their ids. */
export function canMatchIn(query: Query, mailboxId: string): boolean {
  return decided(query, mailboxId) !== false;
}

/** What the mailbox alone decides; `undefined` where it takes more to know. */
function decided(query: Query, mailboxId: string): boolean | undefined {
  switch (query.kind) {
    case 'mailbox':
      return query.mailbox === mailboxId;
    case 'everything':
      return true;
    case 'not': {
      const inner = decided(query.of, mailboxId);
      return inner === undefined ? undefined : !inner;
    }
    case 'and':
      return joined(query.of, mailboxId, false);
    case 'or':
      return joined(query.of, mailboxId, true);
    default:
      return undefined;
  }
}

/** `and` is decided by one that is false, `or` by one that is true; else by all together. */
function joined(parts: readonly Query[], mailboxId: string, settles: boolean): boolean | undefined {
  const answers = parts.map((part) => decided(part, mailboxId));
  if (answers.includes(settles)) return settles;
  return answers.includes(undefined) ? undefined : !settles;
}

/**
 * Whether a query asks where a message lies, or on which side of it somebody was. The mailbox of an endpoint cannot
 * answer that for the mailboxes that it covers.
 */
export function asksForPlace(query: Query): boolean {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of.some(asksForPlace);
    case 'not':
      return asksForPlace(query.of);
    case 'flag':
      return query.flag === 'sent' || query.flag === 'received';
    default:
      return query.kind === 'folder' || query.kind === 'mailbox';
  }
}
