import { z } from 'zod';
import { getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { accepted, ok } from '../api-response.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { periodOf } from '../period.ts';
import { type Route, route } from '../route.ts';
import { id, JobReferenceSchema, queryTime } from '../schemas/fields.ts';
import { JobLineSchema, JobSchema, jobStatus, ReindexSchema, VerifySchema } from '../schemas/jobs.ts';

const params = z.object({ jobId: id });
const privilege = 'archive';

const SUMMARIES = {
  rebuild: 'Rebuild the tables from the archive bucket',
  sweep: 'Take up what a crash left',
};

export const jobRoutes: readonly Route[] = [
  listRoute(
    '/jobs',
    {
      summary: 'Jobs, newest first',
      privilege,
      query: pageQuery({
        from: queryTime.optional(),
        to: queryTime.optional(),
        status: jobStatus.optional(),
        profile: id.optional(),
      }),
      item: JobSchema,
    },
    async ({ api, query }, page) => {
      const { status, profile } = query;
      return await api.settings.reading.listJobs({
        ...page,
        ...periodOf(query),
        ...(status === undefined ? {} : { status }),
        ...(profile === undefined ? {} : { profileId: profile }),
      });
    },
  ),
  route(
    'GET',
    '/jobs/{jobId}',
    { summary: 'A job', privilege, params, responses: { 200: JobSchema } },
    async ({ api, params: { jobId } }) => ok(await api.settings.reading.getJob(jobId)),
  ),
  listRoute(
    '/jobs/{jobId}/log',
    { summary: 'The log of a job, oldest first', privilege, params, query: PAGE_QUERY, item: JobLineSchema },
    async ({ api: { settings }, params: { jobId } }, page) => {
      await settings.reading.getJob(jobId);
      return await settings.reading.jobLog(jobId, page);
    },
  ),
  ...(['rebuild', 'sweep'] as const).map((kind) =>
    route(
      'POST',
      `/maintenance/${kind}`,
      { summary: SUMMARIES[kind], privilege: 'admin', responses: { 202: JobReferenceSchema } },
      async ({ api }) => {
        const { jobId } = await api.settings.reading.startJob(kind);
        return accepted({ jobId });
      },
    ),
  ),
  route(
    'POST',
    '/maintenance/verify',
    {
      summary: 'Verify the audit trail: the log of the job names what is missing, changed or out of order',
      privilege: 'admin',
      body: VerifySchema,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api }) => {
      const { jobId } = await api.settings.reading.startJob('verify');
      return accepted({ jobId });
    },
  ),
  route(
    'POST',
    '/maintenance/reindex',
    {
      summary: 'Index mail again: of one mailbox, or of all',
      privilege: 'admin',
      body: ReindexSchema,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, body: { mailboxId } }) => {
      if (mailboxId !== undefined) await getMailbox(api.ports, mailboxId);
      const { jobId } = await api.settings.reading.startReindex(mailboxId);
      return accepted({ jobId });
    },
  ),
];
