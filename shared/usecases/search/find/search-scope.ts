import { type AuditorScope, coversMailbox } from '../../../domain/auditor.ts';
import type { Mailbox } from '../../../domain/mailbox.ts';
import { holds } from '../../../domain/privilege.ts';
import type { Caller } from '../../../domain/session.ts';
import type { ConfigurationContext } from '../../configuration-context.ts';

/** How somebody may search a mailbox. */
export interface SearchableMailbox {
  readonly mailbox: Mailbox;
  /** `headers`: what administrators get while `blockPreview` is on: header fields alone, and no snippets. */
  readonly reach: 'text' | 'headers';
  /** Reads without a grant: of what is marked private, header fields alone. */
  readonly isWithoutGrant: boolean;
}

/** All that somebody may search. */
export interface SearchScope {
  readonly mailboxes: readonly SearchableMailbox[];
  /** Milliseconds since 1970, by time of receipt: `from` inclusive, `to` exclusive; an auditor's period. */
  readonly received?: { readonly from?: number; readonly to?: number };
  /** Every blind copy may be found, and every part of what was said of it. */
  readonly seesAllBlindCopies: boolean;
  /** Messages are found to which access is restricted. */
  readonly seesRestricted: boolean;
  /** Where the reach is `headers`, subjects are neither searched nor shown. */
  readonly hidesSubjects: boolean;
  /** Whether the endpoints' mailboxes are all among these, so that they can stand for the mailboxes they cover. */
  readonly hasAllJournals: boolean;
}

type ScopeContext = Pick<ConfigurationContext, 'access' | 'addresses' | 'compliance'>;

/** How many mailboxes are read at once. */
const READS_AT_ONCE = 50;

/**
 * What `caller` may search: users what they were granted to read, administrators everything, auditors their scope.
 * Grants taken away count at once in this process and within seconds in others, as for every other request.
 */
export async function searchScope(context: ScopeContext, caller: Caller): Promise<SearchScope> {
  if (caller.auditor) return await auditorScope(context, caller, caller.auditor.scope);
  const readable = await context.access.readableBy(caller);
  // A key that is limited to mailboxes has no privilege beyond them.
  const isAdmin = holds(caller.privileges, 'admin') && caller.mailboxIds === undefined;
  if (!isAdmin) {
    const mailboxes = (await mailboxesWith(context, readable)).map(granted);
    return { ...PLAIN, mailboxes, hasAllJournals: await hasAllJournals(context, mailboxes) };
  }
  const { blockPreview, hideSubjects } = await context.compliance.settings();
  const own = new Set(readable);
  const reach = blockPreview ? 'headers' : 'text';
  const mailboxes = (await context.addresses.all()).map((mailbox): SearchableMailbox => {
    return own.has(mailbox.mailboxId) ? granted(mailbox) : { mailbox, reach, isWithoutGrant: true };
  });
  return { ...PLAIN, mailboxes, hidesSubjects: hideSubjects, hasAllJournals: true };
}

const PLAIN = { seesAllBlindCopies: false, seesRestricted: false, hidesSubjects: false };

function granted(mailbox: Mailbox): SearchableMailbox {
  return { mailbox, reach: 'text', isWithoutGrant: false };
}

async function auditorScope(
  context: ScopeContext,
  { mailboxIds }: Pick<Caller, 'mailboxIds'>,
  scope: AuditorScope,
): Promise<SearchScope> {
  const mailboxes = (await context.addresses.all())
    .filter(({ mailboxId }) => coversMailbox(scope, mailboxId) && (mailboxIds?.includes(mailboxId) ?? true))
    .map((mailbox): SearchableMailbox => ({ mailbox, reach: 'text', isWithoutGrant: true }));
  const { from, to } = scope;
  const received = {
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
  return {
    mailboxes,
    ...(from === undefined && to === undefined ? {} : { received }),
    seesAllBlindCopies: true,
    seesRestricted: true,
    hidesSubjects: false,
    hasAllJournals: await hasAllJournals(context, mailboxes),
  };
}

async function mailboxesWith(
  { addresses }: Pick<ScopeContext, 'addresses'>,
  mailboxIds: readonly string[],
): Promise<readonly Mailbox[]> {
  const found: Mailbox[] = [];
  for (let start = 0; start < mailboxIds.length; start += READS_AT_ONCE) {
    const some = mailboxIds.slice(start, start + READS_AT_ONCE);
    const mailboxes = await Promise.all(some.map((mailboxId) => addresses.mailbox(mailboxId)));
    found.push(...mailboxes.filter((mailbox) => mailbox !== undefined));
  }
  return found;
}

/** Mailboxes outlive their endpoints, so it is they who are asked. */
async function hasAllJournals(
  { addresses }: Pick<ScopeContext, 'addresses'>,
  mailboxes: readonly SearchableMailbox[],
): Promise<boolean> {
  if (!mailboxes.some(({ mailbox }) => isJournal(mailbox))) return false;
  const known = new Set(mailboxes.map(({ mailbox }) => mailbox.mailboxId));
  return (await addresses.all()).every((mailbox) => !isJournal(mailbox) || known.has(mailbox.mailboxId));
}

/** Whether a mailbox receives all of an endpoint. */
export function isJournal({ endpointId }: Pick<Mailbox, 'endpointId'>): boolean {
  return endpointId !== undefined;
}
