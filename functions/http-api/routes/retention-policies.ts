import { z } from 'zod';
import type { PolicyTerms } from '../../../shared/domain/retention/policy-rules.ts';
import type {
  PolicyAuthors,
  PolicyConditions,
  RetentionPolicy,
} from '../../../shared/domain/retention/retention-policy.ts';
import { InvalidRequestError, NotFoundError } from '../../../shared/errors.ts';
import {
  changePolicy,
  createPolicy,
  type PolicyChange,
  retirePolicy,
} from '../../../shared/usecases/retention/change-policies.ts';
import { listPolicies, listPolicyVersions, policyItem } from '../../../shared/usecases/retention/policy-book.ts';
import type { PreviewState } from '../../../shared/usecases/retention/preview-state.ts';
import { accepted, created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import { withGroupIds, withGroupNames } from '../group-names.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { type Route, type RouteContext, route } from '../route.ts';
import { newPolicyRule, policyChangeRule, policyRetirementRule } from '../rules/retention-rules.ts';
import { id, JobReferenceSchema } from '../schemas/fields.ts';
import {
  NewPolicySchema,
  PolicyChangeSchema,
  PolicySchema,
  PreviewRequestSchema,
  PreviewSchema,
} from '../schemas/retention.ts';

const privilege = 'admin';
const params = z.object({ policyId: id });

type WrittenTerms = z.output<typeof NewPolicySchema>;

async function shapeOf({ settings }: HttpApi, policy: RetentionPolicy): Promise<z.input<typeof PolicySchema>> {
  const { senders, recipients, domains, ...conditions } = await withGroupNames(
    settings.configuration.ports,
    policy.conditions,
  );
  return { ...policy, conditions: mutable({ ...conditions, ...given({ senders, recipients, domains }) }) };
}

/** Schemas describe lists that may be changed; nothing here changes them. */
function mutable(conditions: PolicyConditions): z.input<typeof PolicySchema>['conditions'] {
  return JSON.parse(JSON.stringify(conditions));
}

async function termsOf({ settings }: HttpApi, written: WrittenTerms): Promise<PolicyTerms> {
  const { conditions, minimum, maximum, ...rest } = written;
  return {
    ...given(rest),
    conditions: await withGroupIds(settings.configuration.ports, given(conditions)),
    ...(minimum ? { minimum: given(minimum) } : {}),
    ...(maximum ? { maximum: given(maximum) } : {}),
  };
}

async function changeOf({ settings }: HttpApi, written: z.output<typeof PolicyChangeSchema>): Promise<PolicyChange> {
  const { conditions, minimum, maximum, ...rest } = written;
  return {
    ...given(rest),
    ...(conditions ? { conditions: await withGroupIds(settings.configuration.ports, given(conditions)) } : {}),
    ...(minimum === undefined ? {} : { minimum: minimum && given(minimum) }),
    ...(maximum === undefined ? {} : { maximum: maximum && given(maximum) }),
  };
}

/** Who asks for it, and who agreed where it waited for somebody. */
function authorsOf({
  caller,
  approval,
}: Pick<RouteContext<object, object, object>, 'caller' | 'approval'>): PolicyAuthors {
  const approvedBy = approval?.decidedBy?.userName;
  return { changedBy: caller.userName, ...(approvedBy === undefined ? {} : { approvedBy }) };
}

async function previewedOf(api: HttpApi, { policies, ...otherwise }: z.output<typeof PreviewRequestSchema>) {
  const { changes = [], add = [], without = [] } = otherwise;
  if (Object.keys(otherwise).length === 0) {
    if (!policies) return undefined;
    return await Promise.all(
      policies.map(async ({ policyId, ...terms }) => ({
        ...(policyId === undefined ? {} : { policyId }),
        terms: await termsOf(api, terms),
      })),
    );
  }
  if (policies) throw new InvalidRequestError('give all policies, or what is to be otherwise, not both');
  return {
    changes: await Promise.all(
      changes.map(async ({ policyId, ...change }) => ({ policyId, change: await changeOf(api, change) })),
    ),
    add: await Promise.all(add.map((terms) => termsOf(api, terms))),
    without,
  };
}

function previewShape(jobId: string, state: PreviewState): z.input<typeof PreviewSchema> {
  const { format: _format, policies, position: _position, ends, months, byPolicy, examples, ...rest } = state;
  const nameOf = (policyId: string) => policies.find((policy) => policy.policyId === policyId)?.name ?? '';
  return {
    ...rest,
    jobId,
    months: months.map((volume, index) => ({ until: ends[index] ?? '', ...volume })),
    policies: Object.entries(byPolicy).map(([policyId, volume]) => ({ policyId, name: nameOf(policyId), ...volume })),
    examples: examples.map((example) => ({ ...example, policyName: nameOf(example.policyId) })),
  };
}

export const retentionPolicyRoutes: readonly Route[] = [
  route(
    'POST',
    '/retention-policies',
    {
      summary: 'Make a retention policy; it applies to all mail that is there and comes',
      privilege,
      body: NewPolicySchema,
      responses: { 201: PolicySchema },
      sensitive: async ({ api, body }) => newPolicyRule(await termsOf(api, body)),
    },
    async ({ api, body, ...rest }) => {
      const terms = await termsOf(api, body);
      const policy = await createPolicy(api.settings.configuration.ports, terms, authorsOf(rest));
      await api.settings.reading.policiesChanged();
      return created(await shapeOf(api, policy));
    },
  ),
  listRoute(
    '/retention-policies',
    {
      summary: 'Retention policies, newest first',
      privilege,
      query: pageQuery({ retired: z.enum(['true', 'false']).optional() }),
      item: PolicySchema,
    },
    async ({ api, query: { retired } }, page) => {
      const { ports } = api.settings.configuration;
      const { items, ...rest } = await listPolicies(ports, { ...page, retired: retired === 'true' });
      return { items: await Promise.all(items.map((policy) => shapeOf(api, policy))), ...rest };
    },
  ),
  route(
    'POST',
    '/retention-policies/preview',
    {
      summary: 'What policies would purge today and in each of the next 12 months: a job',
      privilege,
      body: PreviewRequestSchema,
      responses: { 202: JobReferenceSchema },
    },
    async ({ api, body }) => {
      const { jobId } = await api.settings.reading.startPreview(await previewedOf(api, body));
      return accepted({ jobId });
    },
  ),
  route(
    'GET',
    '/retention-policies/preview',
    {
      summary: 'What a preview has found so far',
      privilege,
      query: z.strictObject({ job: id }),
      responses: { 200: PreviewSchema },
    },
    async ({ api, query: { job } }) => {
      const state = await api.settings.reading.readPreview(job);
      if (!state) throw new NotFoundError(`preview ${job}`);
      return ok(previewShape(job, state));
    },
  ),
  route(
    'GET',
    '/retention-policies/{policyId}',
    { summary: 'A retention policy, also a retired one', privilege, params, responses: { 200: PolicySchema } },
    async ({ api, params: { policyId } }) =>
      ok(await shapeOf(api, (await policyItem(api.settings.configuration.ports, policyId)).policy)),
  ),
  listRoute(
    '/retention-policies/{policyId}/versions',
    { summary: 'What a policy was, newest version first', privilege, params, query: PAGE_QUERY, item: PolicySchema },
    async ({ api, params: { policyId } }, page) => {
      const { items, ...rest } = await listPolicyVersions(api.settings.configuration.ports, policyId, page);
      return { items: await Promise.all(items.map((policy) => shapeOf(api, policy))), ...rest };
    },
  ),
  route(
    'PATCH',
    '/retention-policies/{policyId}',
    {
      summary: 'Change a retention policy, for all mail; null takes minimum or maximum away',
      privilege,
      params,
      body: PolicyChangeSchema,
      responses: { 200: PolicySchema },
      sensitive: async ({ api, params: { policyId }, body }) =>
        await policyChangeRule(api, policyId, await changeOf(api, body)),
    },
    async ({ api, params: { policyId }, body, ...rest }) => {
      const change = await changeOf(api, body);
      const policy = await changePolicy(api.settings.configuration.ports, policyId, change, authorsOf(rest));
      await api.settings.reading.policiesChanged();
      return ok(await shapeOf(api, policy));
    },
  ),
  route(
    'DELETE',
    '/retention-policies/{policyId}',
    {
      summary: 'Retire a retention policy: it applies to nothing any more, its versions stay',
      privilege,
      params,
      responses: { 204: null },
      sensitive: async ({ api, params: { policyId } }) => await policyRetirementRule(api, policyId),
    },
    async ({ api, params: { policyId }, ...rest }) => {
      await retirePolicy(api.settings.configuration.ports, policyId, authorsOf(rest));
      return noContent();
    },
  ),
];
