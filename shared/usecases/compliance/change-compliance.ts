import { COMPLIANCE_KEY } from '../configuration/configuration-keys.ts';
import type { ConfigurationContext } from '../configuration-context.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { type ComplianceSettings, DEFAULT_COMPLIANCE } from './compliance-settings.ts';

type ComplianceContext = Pick<ConfigurationContext, 'ports' | 'compliance'>;

/** Changes the settings that `change` names and answers all. Throws `ConflictError` beside another change. */
export async function changeCompliance(
  { ports, compliance }: ComplianceContext,
  change: Partial<ComplianceSettings>,
): Promise<ComplianceSettings> {
  const item = await getLogged(ports, 'configuration', COMPLIANCE_KEY);
  const settings: ComplianceSettings = { ...DEFAULT_COMPLIANCE, ...item?.data, ...change };
  const written = { data: dataOf(settings) };
  await (item
    ? replaceLogged(ports, 'configuration', item, written)
    : createLogged(ports, 'configuration', COMPLIANCE_KEY, written));
  compliance.forget();
  return settings;
}
