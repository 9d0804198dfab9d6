import { z } from 'zod';
import type { Quarantined } from '../../../shared/domain/quarantined.ts';
import { NotFoundError } from '../../../shared/errors.ts';
import { authoriseMessage, contentBlocked } from '../../../shared/usecases/access/authorise.ts';
import { accepted, ok } from '../api-response.ts';
import { bytesResponse } from '../bytes-response.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, type RouteContext, route } from '../route.ts';
import { id } from '../schemas/fields.ts';
import { QuarantineDeletionSchema, QuarantinedSchema, ReplaySchema } from '../schemas/messages.ts';

const params = z.object({ id });
const privilege = 'admin';

/** Input in quarantine as lists show it. */
export function quarantinedShape({ id: quarantineId, reason, receivedAt, sizeBytes, source }: Quarantined) {
  return { id: quarantineId, reason, receivedAt, sizeBytes, source: { ...source } };
}

/**
 * Content in quarantine is as private as in the mailbox that it would lie in, which is that of the endpoint that it came
 * by, or the one that a profile fetches into: a read grant there lifts the block. What was fetched from a multidrop
 * mailbox would lie in whichever its own bytes name: no grant lifts that.
 */
async function admitToContent(
  { api, caller }: Pick<RouteContext<unknown, unknown, unknown>, 'api' | 'caller'>,
  { id: quarantineId, source }: Quarantined,
): Promise<void> {
  const { configuration } = api.settings;
  const endpoints = await Promise.all(source.endpointIds.map((one) => configuration.endpoints.evenDeleted(one)));
  const places = [...endpoints.filter((endpoint) => endpoint !== undefined), ...fetchedInto(source)];
  if (places.length === 0 && source.fetched) {
    if ((await configuration.compliance.settings()).blockPreview) throw contentBlocked();
    return;
  }
  if (places.length === 0) throw new NotFoundError(`quarantined input ${quarantineId}`);
  const { contentBlocked: isBlocked } = await authoriseMessage(configuration, caller, quarantineId, places);
  if (isBlocked) throw contentBlocked();
}

/** The mailbox that a fetched message was for, where one is known without reading it. */
function fetchedInto({ fetched }: Quarantined['source']): readonly { readonly mailboxId: string }[] {
  if (!fetched) return [];
  const { target } = fetched;
  if ('mailboxId' in target) return [{ mailboxId: target.mailboxId }];
  return typeof target.unknownAddresses === 'object' ? [target.unknownAddresses] : [];
}

export const quarantineRoutes: readonly Route[] = [
  listRoute(
    '/quarantine',
    { summary: 'What could not be filed, newest first', privilege, query: PAGE_QUERY, item: QuarantinedSchema },
    async ({ api }, page) => {
      const { items, ...rest } = await api.settings.reading.listQuarantine(page);
      return { items: items.map(quarantinedShape), ...rest };
    },
  ),
  route(
    'GET',
    '/quarantine/{id}/raw',
    {
      summary: 'The exact bytes of what is in quarantine',
      privilege,
      params,
      responses: { 200: { contentType: 'message/rfc822' }, 303: null },
    },
    async (context) => {
      const { reading } = context.api.settings;
      const quarantined = await reading.getQuarantined(context.params.id);
      await admitToContent(context, quarantined);
      const content = await reading.readQuarantined(quarantined.id);
      const fileName = `${quarantined.id}.eml`;
      return await bytesResponse(context.api.ports, {
        content,
        contentType: 'message/rfc822',
        fileName,
        about: quarantined.id,
      });
    },
  ),
  route(
    'POST',
    '/quarantine/{id}/replay',
    { summary: 'File after all what is in quarantine', privilege, params, responses: { 200: ReplaySchema } },
    async ({ api, params: { id: quarantineId } }) => ok(await api.settings.reading.replayQuarantined(quarantineId)),
  ),
  route(
    'DELETE',
    '/quarantine/{id}',
    {
      summary: 'Delete for good what is in quarantine, soon, if neither a legal hold nor a minimum may keep it',
      privilege,
      params,
      responses: { 202: QuarantineDeletionSchema },
      sensitive: async ({ api, params: { id: quarantineId } }) => {
        await api.settings.reading.checkQuarantinedDeletable(quarantineId);
        return { action: 'deleteMail', concerned: [], pins: { quarantineId } };
      },
    },
    async ({ api, caller, params: { id: quarantineId } }) => {
      await api.settings.reading.deleteQuarantined(quarantineId, caller.userName);
      return accepted({ id: quarantineId });
    },
  ),
];
