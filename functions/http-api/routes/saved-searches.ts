import { z } from 'zod';
import {
  changeSavedSearch,
  deleteSavedSearch,
  findSavedSearch,
  listSavedSearches,
  type OwnedSearch,
  type SavedSearchChange,
  saveSearch,
} from '../../../shared/usecases/search/saved-searches.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { NewSavedSearchSchema, SavedSearchChangeSchema, SavedSearchSchema } from '../schemas/saved-searches.ts';

/** Whoever signs in has saved searches; of others they read what is shared. */
const privilege = 'login';
const params = z.object({ savedSearchId: id });

function shapeOf({ userId: _userId, ...saved }: OwnedSearch): z.input<typeof SavedSearchSchema> {
  return { ...saved, link: `/search?saved=${encodeURIComponent(saved.savedSearchId)}` };
}

export const savedSearchRoutes: readonly Route[] = [
  route(
    'POST',
    '/saved-searches',
    { summary: 'Save a search', privilege, body: NewSavedSearchSchema, responses: { 201: SavedSearchSchema } },
    async ({ api, caller, body }) => created(shapeOf(await saveSearch(api.settings.identity, caller, given(body)))),
  ),
  listRoute(
    '/saved-searches',
    { summary: 'Your saved searches, newest first', privilege, query: PAGE_QUERY, item: SavedSearchSchema },
    async ({ api, caller }, page) => {
      const { items, ...rest } = await listSavedSearches(api.settings.identity, caller, page);
      return { items: items.map(shapeOf), ...rest };
    },
  ),
  route(
    'GET',
    '/saved-searches/{savedSearchId}',
    {
      summary: 'A saved search of yours, or a shared one of somebody else',
      privilege,
      params,
      responses: { 200: SavedSearchSchema },
    },
    async ({ api, caller, params: { savedSearchId } }) =>
      ok(shapeOf(await findSavedSearch(api.settings.identity, caller, savedSearchId))),
  ),
  route(
    'PATCH',
    '/saved-searches/{savedSearchId}',
    {
      summary: 'Change a saved search of yours; null takes sort or mailbox away',
      privilege,
      params,
      body: SavedSearchChangeSchema,
      responses: { 200: SavedSearchSchema },
    },
    async ({ api, caller, params: { savedSearchId }, body }) => {
      const change: SavedSearchChange = given(body);
      return ok(shapeOf(await changeSavedSearch(api.settings.identity, caller, savedSearchId, change)));
    },
  ),
  route(
    'DELETE',
    '/saved-searches/{savedSearchId}',
    { summary: 'Delete a saved search of yours', privilege, params, responses: { 204: null } },
    async ({ api, caller, params: { savedSearchId } }) => {
      await deleteSavedSearch(api.settings.identity, caller, savedSearchId);
      return noContent();
    },
  ),
];
