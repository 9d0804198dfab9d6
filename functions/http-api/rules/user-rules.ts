import type { GlobalPrivilege } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { hasAnotherAdministrator } from '../../../shared/usecases/identity/administrators.ts';
import { getUser } from '../../../shared/usecases/identity/find-users.ts';
import type { HttpApi } from '../http-api.ts';
import type { SensitiveRule } from '../route.ts';
import type { Sensitive } from '../sensitive.ts';
import { mapped } from './address-rules.ts';

interface NewUserBody {
  readonly privileges?: readonly GlobalPrivilege[] | undefined;
  readonly emailAddresses?: readonly string[] | undefined;
  readonly createMailbox?: boolean | undefined;
}

/** A new administrator, and a new mailbox with an address that was another one's. */
export const newUserRule: SensitiveRule<unknown, NewUserBody> = async ({ api, caller, body }) => {
  const { identity, configuration } = api.settings;
  const privileges = body.privileges ?? (await identity.newUsers.get()).privileges;
  if (privileges.includes('admin')) return await newAdministrator(api, caller, { concerned: [] });
  return body.createMailbox ? await mapped(configuration.ports, body.emailAddresses ?? []) : undefined;
};

interface UserChangeBody {
  readonly privileges?: readonly GlobalPrivilege[] | undefined;
  readonly password?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** A password that somebody else sets, and a further active administrator. */
export const userChangeRule: SensitiveRule<{ readonly userName: string }, UserChangeBody> = async ({
  api,
  caller,
  params: { userName },
  body,
}) => {
  const user = await getUser(api.settings.identity.ports, userName);
  const facts = { concerned: [user.userId], pins: { userId: user.userId } };
  if (body.password !== undefined) return { action: 'resetPassword', ...facts };
  const { privileges = user.privileges, disabled = user.disabled } = body;
  const wasActive = user.privileges.includes('admin') && !user.disabled;
  const isActive = privileges.includes('admin') && !disabled;
  return isActive && !wasActive ? await newAdministrator(api, caller, facts) : undefined;
};

/** A second factor that an administrator takes away. */
export const secondFactorRule: SensitiveRule<{ readonly userName: string }, unknown> = async ({
  api,
  params: { userName },
}) => {
  const { userId } = await getUser(api.settings.identity.ports, userName);
  return { action: 'resetSecondFactor', concerned: [userId], pins: { userId } };
};

/**
 * Whoever could make administrators alone could make their own second pair of eyes. Where there is no second one yet,
 * nobody could approve.
 */
async function newAdministrator(
  { settings }: HttpApi,
  { userId }: Caller,
  facts: Pick<Sensitive, 'concerned' | 'pins'>,
): Promise<Sensitive> {
  const isSole = !(await hasAnotherAdministrator(settings.identity.ports, userId));
  return { action: 'makeAdministrator', ...facts, ...(isSole ? { fourEyes: 'never' as const } : {}) };
}
