import { changeCompliance } from '../../../shared/usecases/compliance/change-compliance.ts';
import type { ComplianceSettings } from '../../../shared/usecases/compliance/compliance-settings.ts';
import { ok } from '../api-response.ts';
import { given } from '../given.ts';
import { type Route, route } from '../route.ts';
import { complianceRule } from '../rules/compliance-rule.ts';
import { ComplianceChangeSchema, ComplianceSchema } from '../schemas/configuration.ts';

const privilege = 'admin';

export const complianceRoutes: readonly Route[] = [
  route(
    'GET',
    '/compliance',
    { summary: 'Rules that hold for the whole archive', privilege, responses: { 200: ComplianceSchema } },
    async ({ api }) => ok(await api.settings.configuration.compliance.settings()),
  ),
  route(
    'PUT',
    '/compliance',
    {
      summary: 'Change these rules',
      privilege,
      body: ComplianceChangeSchema,
      responses: { 200: ComplianceSchema },
      sensitive: complianceRule,
    },
    async ({ api, body }) => {
      const change: Partial<ComplianceSettings> = given(body);
      return ok(await changeCompliance(api.settings.configuration, change));
    },
  ),
];
