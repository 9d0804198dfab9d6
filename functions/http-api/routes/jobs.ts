import { z } from 'zod';
import { isProfileJob, isPurgingJob, type Job, type JobKind, paceOf } from '../../../shared/domain/job.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { InvalidRequestError, NotFoundError } from '../../../shared/errors.ts';
import { getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { listProfiles } from '../../../shared/usecases/profiles/find-profiles.ts';
import { accepted, ok } from '../api-response.ts';
import { bytesResponse } from '../bytes-response.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { periodOf } from '../period.ts';
import { type Route, route } from '../route.ts';
import { CertificateKeySchema, CertificateSchema, ListedCertificateSchema } from '../schemas/deletion.ts';
import { id, JobReferenceSchema, queryTime } from '../schemas/fields.ts';
import { JobLineSchema, JobSchema, jobStatus, ReindexSchema, VerifySchema } from '../schemas/jobs.ts';

const params = z.object({ jobId: id });
const privilege = 'archive';
const MAX_OWN_PROFILES = 200;

const SUMMARIES = {
  rebuild: 'Rebuild the tables from the archive bucket',
  sweep: 'Take up what a crash left',
};

/** Tasks that end before they are done where somebody asks them to, beside those of profiles and those that delete. */
const CANCELLABLE: readonly JobKind[] = ['extend-locks', 'find-messages', 'export-messages', 'preview'];

function isCancellable(kind: JobKind): boolean {
  return isProfileJob(kind) || isPurgingJob(kind) || CANCELLABLE.includes(kind);
}

/** Whoever runs the archive sees all jobs; anybody else those of their own profiles. */
export async function ownProfiles(
  { ports }: HttpApi,
  { privileges, userId }: Caller,
): Promise<{ readonly profileIds?: readonly string[] }> {
  if (holds(privileges, 'admin')) return {};
  const { items } = await listProfiles(ports, { limit: MAX_OWN_PROFILES, ownerId: userId });
  return { profileIds: items.map(({ profileId }) => profileId) };
}

/** With its pace as it is now. */
function jobShape({ ports }: HttpApi, { progress, ...job }: Job): z.input<typeof JobSchema> {
  const pace = isProfileJob(job.kind)
    ? paceOf({ ...job, ...(progress ? { progress } : {}) }, ports.clock.now())
    : undefined;
  return { ...job, ...(pace ? { progress: { ...progress, ...pace } } : {}) };
}

async function ownJob(api: HttpApi, caller: Caller, jobId: string): Promise<Job> {
  const job = await api.settings.reading.getJob(jobId);
  const { profileIds } = await ownProfiles(api, caller);
  if (profileIds && !profileIds.includes(job.profileId ?? '')) throw new NotFoundError(`job ${jobId}`);
  return job;
}

export const jobRoutes: readonly Route[] = [
  listRoute(
    '/jobs',
    {
      summary: 'Jobs, newest first; with partOf those that a job started, with partOf=none those that none did',
      privilege,
      query: pageQuery({
        from: queryTime.optional(),
        to: queryTime.optional(),
        status: jobStatus.optional(),
        profile: id.optional(),
        partOf: id.optional(),
      }),
      item: JobSchema,
    },
    async ({ api, caller, query }, page) => {
      const { status, profile, partOf } = query;
      const { items, ...rest } = await api.settings.reading.listJobs({
        ...page,
        ...periodOf(query),
        ...(status ?? {}),
        ...(profile === undefined ? {} : { profileId: profile }),
        ...(partOf === undefined ? {} : { partOf }),
        ...(await ownProfiles(api, caller)),
      });
      return { items: items.map((job) => jobShape(api, job)), ...rest };
    },
  ),
  route(
    'GET',
    '/jobs/{jobId}',
    { summary: 'A job', privilege, params, responses: { 200: JobSchema } },
    async ({ api, caller, params: { jobId } }) => ok(jobShape(api, await ownJob(api, caller, jobId))),
  ),
  route(
    'POST',
    '/jobs/{jobId}/cancel',
    {
      summary:
        'Ask a job of a profile, of retention, of a request or of storage locks to end; it ends within seconds, and keeps what it has done',
      privilege,
      params,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, caller, params: { jobId } }) => {
      const { kind } = await ownJob(api, caller, jobId);
      if (!isCancellable(kind)) {
        throw new InvalidRequestError('other maintenance cannot be cancelled: it is safe to repeat');
      }
      await api.settings.reading.cancelJob(jobId);
      return accepted({ jobId });
    },
  ),
  route(
    'GET',
    '/jobs/{jobId}/certificate',
    {
      summary: 'The signed certificate of what a job deleted: ids, times, sizes and keyed hashes, no content',
      privilege: 'admin',
      params,
      responses: { 200: CertificateSchema, 303: null },
    },
    async ({ api, params: { jobId } }) => {
      const certificate = await api.settings.reading.readCertificate(jobId);
      const content = Buffer.from(JSON.stringify(certificate));
      const fileName = `${jobId}-certificate.json`;
      return await bytesResponse(api.ports, { content, contentType: 'application/json', fileName, about: jobId });
    },
  ),
  listRoute(
    '/certificates',
    {
      summary: 'The certificates there are, those of the newest jobs first',
      privilege: 'admin',
      query: PAGE_QUERY,
      item: ListedCertificateSchema,
    },
    async ({ api }, page) => await api.settings.reading.listCertificates(page),
  ),
  route(
    'GET',
    '/certificates/key',
    {
      summary: 'What deletion certificates are verified with',
      privilege: 'login',
      responses: { 200: CertificateKeySchema },
    },
    async ({ api }) => {
      const publicKey = await api.settings.reading.certificateKey();
      if (publicKey === undefined) throw new NotFoundError('the key of certificates, which is made within minutes,');
      return ok({ algorithm: 'Ed25519', publicKey });
    },
  ),
  listRoute(
    '/jobs/{jobId}/log',
    { summary: 'The log of a job, oldest first', privilege, params, query: PAGE_QUERY, item: JobLineSchema },
    async ({ api, caller, params: { jobId } }, page) => {
      await ownJob(api, caller, jobId);
      return await api.settings.reading.jobLog(jobId, page);
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
    '/maintenance/retention',
    {
      summary: 'Purge what is past its maximum, as is done once a day anyway',
      privilege: 'admin',
      responses: { 202: JobReferenceSchema },
    },
    async ({ api }) => {
      const { jobId } = await api.settings.reading.startRetention();
      return accepted({ jobId });
    },
  ),
  route(
    'POST',
    '/maintenance/extend-locks',
    {
      summary: 'Lock for longer what storage has locked for less than the minimums ask, as is done where they grow',
      privilege: 'admin',
      responses: { 202: JobReferenceSchema },
    },
    async ({ api }) => {
      const { jobId } = await api.settings.reading.startExtendLocks();
      return accepted({ jobId });
    },
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
