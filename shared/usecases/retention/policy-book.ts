import { type PreparedPolicies, preparePolicies } from '../../domain/retention/prepare-policies.ts';
import type { RetentionPolicy } from '../../domain/retention/retention-policy.ts';
import { NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import {
  POLICY_EPOCH_KEY,
  policyKey,
  policyVersionPartition,
  RETENTION_POLICIES,
} from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';
import { settledEpoch } from './book-epoch.ts';

type ReadPorts = Pick<Ports, 'tables'>;

/** A change that died may have been written and not told of; it counts after this at the latest. */
const MAX_AGE_MS = 10_000;

/** All policies that apply, as of one moment. */
export interface PoliciesNow {
  readonly policies: readonly RetentionPolicy[];
  readonly prepared: PreparedPolicies;
}

/**
 * The policies as decisions need them: as consistent as if they were read each time, at the cost of one read while they do not
 * change. One per process.
 */
export class PolicyBook {
  readonly #ports: Pick<Ports, 'tables' | 'clock'>;
  #kept: (PoliciesNow & { readonly epoch: string; readonly staleAt: number }) | undefined;

  constructor(ports: Pick<Ports, 'tables' | 'clock'>) {
    this.#ports = ports;
  }

  /** What everybody was answered before this was called is in it. */
  async now(): Promise<PoliciesNow> {
    const epoch = await settledEpoch(this.#ports, POLICY_EPOCH_KEY);
    const at = this.#ports.clock.now().getTime();
    const kept = this.#kept;
    if (kept && kept.epoch === epoch && at < kept.staleAt) return kept;
    const policies = await activePolicies(this.#ports);
    const fresh = { policies, prepared: preparePolicies(policies) };
    this.#kept = epoch === undefined ? undefined : { ...fresh, epoch, staleAt: at + MAX_AGE_MS };
    return fresh;
  }
}

/** Those that apply, by consistent reads, in the order of their ids. */
export async function activePolicies(ports: ReadPorts): Promise<readonly RetentionPolicy[]> {
  const policies: RetentionPolicy[] = [];
  for await (const item of queryAll(ports, 'configuration', RETENTION_POLICIES)) {
    const { data } = typed<RetentionPolicy>(item);
    if (!item.removed && data.retiredAt === undefined) policies.push(data);
  }
  return policies;
}

/** The item of a policy, retired ones too. Throws `NotFoundError`. */
export async function policyItem(
  ports: ReadPorts,
  policyId: string,
): Promise<{ readonly item: Item; readonly policy: RetentionPolicy }> {
  const item = await getLogged(ports, 'configuration', policyKey(policyId));
  if (!item) throw new NotFoundError(`retention policy ${policyId}`);
  return { item, policy: typed<RetentionPolicy>(item).data };
}

/** Newest first; those that apply, or all. */
export function listPolicies(
  ports: ReadPorts,
  { retired, ...page }: PageRequest & { readonly retired: boolean },
): Promise<ListPage<RetentionPolicy>> {
  const place = { table: 'configuration', pk: RETENTION_POLICIES, newestFirst: true } as const;
  return listPage(ports, place, page, (item) => {
    const { data } = typed<RetentionPolicy>(item);
    return data.retiredAt === undefined || retired ? data : undefined;
  });
}

/** What a policy was, newest version first. Throws `NotFoundError`. */
export async function listPolicyVersions(
  ports: ReadPorts,
  policyId: string,
  page: PageRequest,
): Promise<ListPage<RetentionPolicy>> {
  const { policy } = await policyItem(ports, policyId);
  const place = { table: 'configuration', pk: policyVersionPartition(policyId), newestFirst: true } as const;
  return await listPage(ports, place, page, (item) => {
    const { data } = typed<RetentionPolicy>(item);
    // One that a crash left was never in force.
    return data.version <= policy.version ? data : undefined;
  });
}
