import type { FolderSelection } from './folder-selection.ts';
import type { MailServer } from './mail-server.ts';
import type { RenewingMethod } from './oauth-credentials.ts';
import type { SignInName } from './profile.ts';

/**
 * How somebody's name at a mail system is made: `{address}` stands for the e-mail address of the mailbox, `{user}` for
 * the part of it before the at sign, `{master}` for the name of the privileged user.
 */
interface SignInTemplate {
  readonly userName: string;
  /** Whose mailbox it is, where the name is that of another (SASL PLAIN, RFC 4616). */
  readonly authorisationId?: string;
}

/** What credentials that get tokens need beside what is secret. */
interface TokenRenewal {
  readonly method: RenewingMethod;
  /** `{tenant}` stands for the organisation. */
  readonly tokenEndpoint: string;
  readonly scope: string;
}

/** What is known of a mail system beforehand, so that a profile for it needs little more than a name and a secret. */
export interface ProfilePreset {
  readonly presetId: string;
  /** As its maker calls it. */
  readonly name: string;
  /** Without a host where everybody has their own. */
  readonly server: Pick<MailServer, 'protocol' | 'port' | 'security'> & Partial<Pick<MailServer, 'host'>>;
  readonly method: 'password' | 'bearer';
  /** Ways to get tokens that are renewed, the best one first; absent where passwords are what is taken. */
  readonly renewals?: readonly TokenRenewal[];
  readonly signIn: SignInTemplate;
  /** How a privileged user signs in to the mailbox of another, where the system knows a way. */
  readonly delegated?: SignInTemplate;
  readonly folders: FolderSelection;
  /** Where the server does not say which folder it is. */
  readonly sentFolder?: string;
  /** Whether the mailbox is that of one person, or holds the mail of many. */
  readonly target: 'mailbox' | 'multidrop';
  /** What people must know before they rely on it; each a sentence or two. */
  readonly warnings: readonly string[];
  /** Path of the guide in the source of this system. */
  readonly guide: string;
}

/** All but what is left out for every profile. */
export const ALL_MAIL: FolderSelection = { include: [], exclude: [], shared: false };

/**
 * Who signs in to the mailbox of `address`: its owner, or `master` where it is given. `undefined` where the preset knows
 * no way for another than the owner.
 */
export function signInNameOf(
  preset: Pick<SignInName, 'method'> & Pick<ProfilePreset, 'signIn' | 'delegated'>,
  { address, master }: { readonly address: string; readonly master?: string },
): SignInName | undefined {
  const template = master === undefined ? preset.signIn : preset.delegated;
  if (!template) return undefined;
  const values = { address, user: address.slice(0, Math.max(0, address.lastIndexOf('@'))) || address, master };
  const { authorisationId } = template;
  return {
    method: preset.method,
    userName: filled(template.userName, values),
    ...(authorisationId === undefined ? {} : { authorisationId: filled(authorisationId, values) }),
  };
}

/** Each placeholder once: what a value brings along is not looked at again. */
function filled(
  template: string,
  {
    address,
    user,
    master = '',
  }: { readonly address: string; readonly user: string; readonly master: string | undefined },
): string {
  return template.replace(/\{(address|user|master)\}/g, (_whole, name: string) =>
    name === 'address' ? address : name === 'user' ? user : master,
  );
}
