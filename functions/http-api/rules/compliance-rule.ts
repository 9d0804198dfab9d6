import type { ComplianceSettings } from '../../../shared/usecases/compliance/compliance-settings.ts';
import type { SensitiveRule } from '../route.ts';

type Change = { readonly [Name in keyof ComplianceSettings]?: ComplianceSettings[Name] | undefined };

/** Switching off what keeps administrators from acting, and from reading, alone; that they may read is told to everybody. */
export const complianceRule: SensitiveRule<unknown, Change> = async ({ api, body }) => {
  const { compliance } = api.settings.configuration;
  // Another process may have switched it on a moment ago.
  compliance.forget();
  const { fourEyes, blockPreview } = await compliance.settings();
  const opensMail = blockPreview && body.blockPreview === false;
  if (!opensMail && !(fourEyes && body.fourEyes === false)) return undefined;
  return { action: 'loosenCompliance', concerned: opensMail ? 'everybody' : [] };
};
