import type { PolicyReference, RetentionPolicy } from './retention-policy.ts';

/** A version of a policy with the name that the policy has: who may not list policies knows it by that. */
export interface NamedPolicy extends PolicyReference {
  readonly name: string;
}

/** Names a version of one of `policies`; without a name where it is none of them. */
export function namedPolicy(
  { policyId, version }: PolicyReference,
  policies: readonly Pick<RetentionPolicy, 'policyId' | 'name'>[],
): NamedPolicy {
  return { policyId, version, name: policies.find((policy) => policy.policyId === policyId)?.name ?? '' };
}
