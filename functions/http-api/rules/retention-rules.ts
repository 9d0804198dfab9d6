import { mayShorten, type PolicyTerms } from '../../../shared/domain/retention/policy-rules.ts';
import { changedTerms, type PolicyChange } from '../../../shared/usecases/retention/change-policies.ts';
import { policyItem } from '../../../shared/usecases/retention/policy-book.ts';
import type { HttpApi } from '../http-api.ts';
import type { Sensitive } from '../sensitive.ts';

/** Making a policy is sensitive where it lets mail go. */
export function newPolicyRule(terms: PolicyTerms): Sensitive | undefined {
  return mayShorten(undefined, terms) ? shortening({}) : undefined;
}

/** Changing one is, unless all mail certainly stays at least as long; the approval is for the version that it was asked of. */
export async function policyChangeRule(
  { settings }: HttpApi,
  policyId: string,
  change: PolicyChange,
): Promise<Sensitive | undefined> {
  const { before, after } = await changedTerms(settings.configuration.ports, policyId, change);
  return mayShorten(before, after) ? shortening({ policyId, version: String(before.version) }) : undefined;
}

/** Retiring one always is: without it, another policy's maximum may apply. */
export async function policyRetirementRule({ settings }: HttpApi, policyId: string): Promise<Sensitive | undefined> {
  const { policy } = await policyItem(settings.configuration.ports, policyId);
  if (policy.retiredAt !== undefined) return undefined;
  return shortening({ policyId, version: String(policy.version) });
}

function shortening(pins: { readonly [name: string]: string }): Sensitive {
  return { action: 'shortenRetention', concerned: [], pins };
}
