import { z } from 'zod';
import type { Group } from '../../../shared/domain/group.ts';
import { MAX_NESTING } from '../../../shared/domain/group.ts';
import {
  changeGroup,
  createGroup,
  deleteGroup,
  type GroupChange,
} from '../../../shared/usecases/groups/change-group.ts';
import { getGroup, listGroups } from '../../../shared/usecases/groups/find-groups.ts';
import { addMember, listMembers, removeMember } from '../../../shared/usecases/groups/members.ts';
import { nameOf } from '../../../shared/usecases/identity/principals.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { memberRule } from '../rules/member-rule.ts';
import { id } from '../schemas/fields.ts';
import { GroupChangeSchema, GroupSchema, MemberSchema, NewGroupSchema } from '../schemas/identity.ts';

const params = z.object({ groupName: id });
const memberParams = z.object({ groupName: id, member: id });
const privilege = 'admin';

function groupShape({ kind: _kind, groupId: _groupId, ...shape }: Group): z.input<typeof GroupSchema> {
  return shape;
}

export const groupRoutes: readonly Route[] = [
  route(
    'POST',
    '/groups',
    { summary: 'Create a group of users and groups', privilege, body: NewGroupSchema, responses: { 201: GroupSchema } },
    async ({ api, body }) => created(groupShape(await createGroup(api.settings.configuration, given(body)))),
  ),
  listRoute(
    '/groups',
    { summary: 'Groups by name', privilege, query: PAGE_QUERY, item: GroupSchema },
    async ({ api }, page) => {
      const { items, ...rest } = await listGroups(api.settings.configuration.ports, page);
      return { items: items.map(groupShape), ...rest };
    },
  ),
  route(
    'GET',
    '/groups/{groupName}',
    { summary: 'A group', privilege, params, responses: { 200: GroupSchema } },
    async ({ api, params: { groupName } }) =>
      ok(groupShape(await getGroup(api.settings.configuration.ports, groupName))),
  ),
  route(
    'PATCH',
    '/groups/{groupName}',
    {
      summary: 'Change or rename a group',
      privilege,
      params,
      body: GroupChangeSchema,
      responses: { 200: GroupSchema },
    },
    async ({ api, params: { groupName }, body }) => {
      const change: GroupChange = given(body);
      return ok(groupShape(await changeGroup(api.settings.configuration, groupName, change)));
    },
  ),
  route(
    'DELETE',
    '/groups/{groupName}',
    { summary: 'Delete a group and what was granted to it', privilege, params, responses: { 204: null } },
    async ({ api, params: { groupName } }) => {
      await deleteGroup(api.settings.configuration, groupName);
      return noContent();
    },
  ),
  listRoute(
    '/groups/{groupName}/members',
    { summary: 'Who is in a group directly', privilege, params, query: PAGE_QUERY, item: MemberSchema },
    async ({ api, params: { groupName } }, page) => {
      const { items, ...rest } = await listMembers(api.settings.configuration.ports, groupName, page);
      return { items: [...items], ...rest };
    },
  ),
  route(
    'PUT',
    '/groups/{groupName}/members/{member}',
    {
      summary: `Put a user or group into a group; groups lie at most ${MAX_NESTING} deep in one another`,
      privilege,
      params: memberParams,
      responses: { 200: MemberSchema },
      sensitive: memberRule,
    },
    async ({ api, params: { groupName, member } }) => {
      const added = await addMember(api.settings.configuration, groupName, member);
      return ok({ kind: added.kind, name: nameOf(added) });
    },
  ),
  route(
    'DELETE',
    '/groups/{groupName}/members/{member}',
    { summary: 'Take a user or group out of a group', privilege, params: memberParams, responses: { 204: null } },
    async ({ api, params: { groupName, member } }) => {
      await removeMember(api.settings.configuration, groupName, member);
      return noContent();
    },
  ),
];
