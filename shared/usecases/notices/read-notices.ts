import type { Notice } from '../../domain/notice.ts';
import type { User } from '../../domain/user.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ListPage, PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { firstIdAt } from '../new-id.ts';
import { EVERYBODY, noticesOf } from './notice-keys.ts';

type Reader = Pick<User, 'userId' | 'createdAt'>;

/** One row more than wanted tells of a further page, another is that of the cursor. */
const SPARE_ROWS = 2;

/** A user's notices and those for everybody since the user was made, newest first. */
export async function listNotices(
  { tables }: Pick<Ports, 'tables'>,
  user: Reader,
  { limit, cursor }: PageRequest,
): Promise<ListPage<Notice>> {
  const options = { newestFirst: true, limit: limit + SPARE_ROWS, ...(cursor === undefined ? {} : { to: cursor }) };
  const from = firstIdAt('notice', new Date(user.createdAt));
  const [own, common] = await Promise.all([
    tables.query('activity', noticesOf(user.userId), options),
    tables.query('activity', EVERYBODY, { ...options, from }),
  ]);
  // A copy of one's own, which says that it was read, wins over the common one.
  const byId = new Map([...common.items, ...own.items].map((item) => [item.sk, typed<Notice>(item).data]));
  const newestFirst = [...byId.values()].toSorted((a, b) => (a.noticeId < b.noticeId ? 1 : -1));
  const rest = newestFirst.filter(({ noticeId }) => noticeId !== cursor);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return last !== undefined && rest.length > items.length ? { items, cursor: last.noticeId } : { items };
}

/** Marks a notice as read, for this user alone; safe to repeat. Throws `NotFoundError`. */
export async function markNoticeRead(
  ports: Pick<Ports, 'tables' | 'log' | 'clock'>,
  user: Reader,
  noticeId: string,
): Promise<Notice> {
  const key = { pk: noticesOf(user.userId), sk: noticeId };
  const own = await getLogged(ports, 'activity', key);
  const isCommon = noticeId >= firstIdAt('notice', new Date(user.createdAt));
  const item = own ?? (isCommon ? await getLogged(ports, 'activity', { pk: EVERYBODY, sk: noticeId }) : undefined);
  if (!item) throw new NotFoundError(`notice ${noticeId}`);
  const notice = typed<Notice>(item).data;
  if (notice.readAt !== undefined) return notice;
  const read: Notice = { ...notice, readAt: ports.clock.now().toISOString() };
  const change = { data: dataOf(read) };
  await (own ? replaceLogged(ports, 'activity', own, change) : createLogged(ports, 'activity', key, change));
  return read;
}
