import { normaliseAddress } from '../../../shared/domain/address.ts';

/** A recipient that the listener accepted: which endpoint it is, and whether by a former address. */
export interface AcceptedRecipient {
  readonly endpointId: string;
  readonly former: boolean;
}

/** Whom a local part of the journal domain belongs to; `undefined` where mail for it must be refused. */
export type FindRecipient = (localPart: string) => Promise<AcceptedRecipient | undefined>;

/** Looks up the endpoint of an RCPT TO address; `undefined` for other domains and unknown local parts. */
export async function findRecipient(
  address: string,
  journalDomain: string,
  find: FindRecipient,
): Promise<AcceptedRecipient | undefined> {
  const normalised = normaliseAddress(address);
  const at = normalised.lastIndexOf('@');
  if (at <= 0 || normalised.slice(at + 1) !== journalDomain) return undefined;
  return await find(normalised.slice(0, at));
}

/** What the envelope says of the endpoints: each once, in the order of RCPT TO; former ones named apart. */
export function endpointsOf(recipients: readonly AcceptedRecipient[]): {
  readonly endpointIds: readonly string[];
  readonly formerEndpointIds?: readonly string[];
} {
  const endpointIds = [...new Set(recipients.map(({ endpointId }) => endpointId))];
  const live = new Set(recipients.filter(({ former }) => !former).map(({ endpointId }) => endpointId));
  const formerEndpointIds = endpointIds.filter((endpointId) => !live.has(endpointId));
  return formerEndpointIds.length === 0 ? { endpointIds } : { endpointIds, formerEndpointIds };
}
