import { z } from 'zod';
import type { Notice } from '../../../shared/domain/notice.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { UnauthenticatedError } from '../../../shared/errors.ts';
import { listNotices, markNoticeRead } from '../../../shared/usecases/notices/read-notices.ts';
import { ok } from '../api-response.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { NoticeSchema } from '../schemas/supervision.ts';

const privilege = 'login';

async function readerOf({ settings }: HttpApi, { userId }: Caller) {
  const user = await settings.identity.sessions.user(userId);
  if (!user) throw new UnauthenticatedError();
  return user;
}

function noticeShape(notice: Notice): z.input<typeof NoticeSchema> {
  return notice;
}

export const noticeRoutes: readonly Route[] = [
  listRoute(
    '/me/notices',
    {
      summary: 'What administrators did that concerns you, newest first',
      privilege,
      query: PAGE_QUERY,
      item: NoticeSchema,
    },
    async ({ api, caller }, page) => {
      const { items, ...rest } = await listNotices(api.settings.identity.ports, await readerOf(api, caller), page);
      return { items: items.map(noticeShape), ...rest };
    },
  ),
  route(
    'POST',
    '/me/notices/{noticeId}/read',
    {
      summary: 'Mark a notice as read',
      privilege,
      params: z.object({ noticeId: id }),
      responses: { 200: NoticeSchema },
    },
    async ({ api, caller, params: { noticeId } }) => {
      const reader = await readerOf(api, caller);
      return ok(noticeShape(await markNoticeRead(api.settings.identity.ports, reader, noticeId)));
    },
  ),
];
