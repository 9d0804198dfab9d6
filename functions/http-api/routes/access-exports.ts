import { z } from 'zod';
import type { DataRequest } from '../../../shared/domain/requests/data-request.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { NotFoundError } from '../../../shared/errors.ts';
import { contentBlocked } from '../../../shared/usecases/access/authorise.ts';
import { accepted, ok } from '../api-response.ts';
import type { HttpApi } from '../http-api.ts';
import { approveFor, requestFor } from '../request-access.ts';
import { type Route, route } from '../route.ts';
import { exportMailRule } from '../rules/request-rules.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import { RequestExportSchema } from '../schemas/requests.ts';

const params = z.object({ requestId: id });
const partParams = z.object({ requestId: id, part: id });
const privilege = 'admin';
const path = '/access-requests/{requestId}/export';
/** Whoever exports while administrators may not read, and whoever approved it. */
const BOTH = 2;

/** While administrators may not read mail, those two may who released this. Throws `ForbiddenError` `content_blocked`. */
async function admit({ settings }: HttpApi, { userName }: Caller, { approvedBy = [] }: DataRequest): Promise<void> {
  const { blockPreview } = await settings.configuration.compliance.settings();
  if (blockPreview && !(approvedBy.length >= BOTH && approvedBy.includes(userName))) throw contentBlocked();
}

/** The copy that a person gets of the mail about them. */
export const accessExportRoutes: readonly Route[] = [
  route(
    'POST',
    path,
    {
      summary: 'Export what an access request found, but for what somebody chose to keep back: ZIP files of originals',
      privilege,
      params,
      responses: { 202: JobReferenceSchema },
      sensitive: exportMailRule,
    },
    async ({ api, caller, params: { requestId }, approval }) =>
      accepted(await approveFor(api, caller, await requestFor(api, caller, 'access', requestId), approval)),
  ),
  route(
    'GET',
    path,
    { summary: 'The parts of an export, until it expires', privilege, params, responses: { 200: RequestExportSchema } },
    async ({ api, caller, params: { requestId } }) => {
      const request = await requestFor(api, caller, 'access', requestId);
      const exported = await api.settings.requests.exported(request);
      if (!exported) throw new NotFoundError(`the export of request ${requestId}`);
      const { parts, deletedParts, counts, ...times } = exported;
      return ok({ ...times, counts, parts: [...parts], deletedParts: [...deletedParts] });
    },
  ),
  route(
    'GET',
    `${path}/{part}`,
    {
      summary: 'A part of an export, a ZIP file, to be fetched within a minute',
      privilege,
      params: partParams,
      responses: { 303: null },
    },
    async ({ api, caller, params: { requestId, part } }) => {
      const request = await requestFor(api, caller, 'access', requestId);
      const location = await api.settings.requests.addressOfPart(request, partNumber(part));
      if (location === undefined) throw new NotFoundError(`part ${part} of the export of request ${requestId}`);
      await admit(api, caller, request);
      return { status: 303, headers: { location } };
    },
  ),
];

/** What is no number is none that there is. */
function partNumber(text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}
