import type { DataRequest, DeletingKind } from '../../../shared/domain/requests/data-request.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import type { HttpApi } from '../http-api.ts';
import { authoriseOwn, isApprovedBy, requestFor } from '../request-access.ts';
import type { SensitiveRule } from '../route.ts';
import type { Sensitive } from '../sensitive.ts';

type Params = { readonly requestId: string };

/** Deleting what a request found. A person's own is theirs to delete, message by message or in bulk, so it takes nobody else. */
export function deleteMailRule(kind: DeletingKind): SensitiveRule<Params, unknown> {
  return async ({ api, caller, params: { requestId }, approval }) => {
    const request = await requestFor(api, caller, kind, requestId);
    await authoriseOwn(api, caller, request.scope);
    if (!isApprovedBy(request, approval)) await api.settings.requests.checkApproval(kind, requestId);
    if (request.ownedBy === caller.userId) return undefined;
    return { action: 'deleteMail', ...(await about(api, caller, request)) };
  };
}

/** Reading all that is kept about a person: like reading without a grant, it takes two while administrators may not. */
export const exportMailRule: SensitiveRule<Params, unknown> = async ({ api, caller, params, approval }) => {
  const { requestId } = params;
  const request = await requestFor(api, caller, 'access', requestId);
  if (!isApprovedBy(request, approval)) await api.settings.requests.checkApproval('access', requestId);
  const { blockPreview } = await api.settings.configuration.compliance.settings();
  return {
    action: 'exportMail',
    ...(await about(api, caller, request)),
    ...(blockPreview ? { fourEyes: 'always' } : {}),
  };
};

/** What is approved is what was looked at: a request that has looked for its messages again is another. */
async function about(
  api: HttpApi,
  caller: Caller,
  request: DataRequest,
): Promise<Pick<Sensitive, 'concerned' | 'pins' | 'subject'>> {
  const mailboxIds = await mailboxesOf(api, request);
  const owners = await Promise.all(mailboxIds.map((one) => api.settings.configuration.addresses.mailbox(one)));
  const concerned = owners.flatMap((mailbox) => mailbox?.ownerId ?? []).filter((userId) => userId !== caller.userId);
  const [only] = mailboxIds;
  return {
    concerned: [...new Set(concerned)],
    ...(mailboxIds.length === 1 && only !== undefined ? { subject: { mailboxId: only } } : {}),
    pins: { requestId: request.requestId, foundAt: request.found?.foundAt ?? '' },
  };
}

/** Those that its scope names, by themselves or by an address of theirs. */
async function mailboxesOf(
  { settings }: HttpApi,
  { scope: { mailboxes = [], addresses = [] } }: DataRequest,
): Promise<readonly string[]> {
  const { addresses: book, ports } = settings.configuration;
  const owning = await Promise.all(addresses.map((address) => book.owners(address, ports.clock.now())));
  return [...new Set([...mailboxes, ...owning.flat()])];
}
