import type { LiveFolder } from '../../domain/live-folders.ts';
import { type LiveHeader, matchByHeader } from '../../domain/live-match.ts';
import { type HeaderFieldFacts, readHeaderFields } from '../../mail/header-fields.ts';
import type { MessageFacts, OpenFolder } from '../../sources/source.ts';
import { typed } from '../item-data.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import { type Candidate, candidatesWith, messageIdHashOf } from './find-candidates.ts';
import { type LateFiling, lateEvidence } from './late-evidence.ts';
import { type BytesMatch, matchByBytes } from './match-by-bytes.ts';
import { identityKey } from './sync-keys.ts';
import type { SyncRun } from './sync-run.ts';

/** What a live message was found to be. */
export type Match =
  | { readonly state: 'matched'; readonly archiveId: string; readonly late?: LateFiling | 'same-bytes' }
  | { readonly state: 'ambiguous' }
  | { readonly state: 'draft' }
  | {
      readonly state: 'missing';
      readonly header: HeaderFieldFacts;
      /** Where its bytes were read. */
      readonly fingerprint?: string;
    };

/** A live message, and what it was found to be. */
export interface MatchedMessage {
  readonly facts: MessageFacts;
  readonly match: Match;
}

/** What a message is told by before anything else is asked. */
const FIRST_FIELDS = ['MESSAGE-ID', 'DATE'];

/** Messages that are looked up at the same time: more are no faster, and outlive the young generation of the heap. */
const LOOKUPS_AT_ONCE = 32;

/** A message whose header was read. */
interface Undecided {
  readonly facts: MessageFacts;
  readonly header: HeaderFieldFacts;
  readonly candidates: readonly Candidate[];
  readonly areAll: boolean;
}

/** Asks for the fields that most messages are told by; begun for the next messages while the last are looked up. */
export async function firstFields(
  run: Pick<SyncRun, 'details'>,
  open: OpenFolder,
  messages: readonly MessageFacts[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  return await fieldsOf(run, open, messages, FIRST_FIELDS);
}

/**
 * Finds the messages of the archive that live ones are, cheapest first: by an identity at the source that was seen before;
 * by Message-ID, confirmed by Date and size or From; by their bytes, where headers cannot tell. What is not filed in
 * the mailbox counts only where its own arrivals name the mailbox, or where the very content lies in the live one: a
 * user decides what that has in it. Throws `SourceError`.
 */
export async function matchMessages(
  run: SyncRun,
  open: OpenFolder,
  folder: LiveFolder,
  messages: readonly MessageFacts[],
  first: ReadonlyMap<string, Uint8Array>,
): Promise<readonly MatchedMessage[]> {
  const found = new Map<string, Match>();
  const undecided: Undecided[] = [];
  await eachAtOnce(messages, LOOKUPS_AT_ONCE, async (facts) => {
    const known = isDraft(facts, folder) ? ({ state: 'draft' } as const) : await byIdentity(run, facts);
    if (known) {
      found.set(facts.key, known);
      return;
    }
    const bytes = first.get(facts.key);
    const header = bytes ? readHeaderFields(bytes) : NO_HEADER;
    const { messageId } = header;
    const withItsId =
      messageId === undefined
        ? NO_CANDIDATES
        : await candidatesWith(run.filing.ports, messageIdHashOf(messageId), run.mailboxId);
    undecided.push({ facts, header, ...withItsId });
  });
  const forBytes = await byHeaders(run, open, undecided, found);
  await byBytes(run, open, forBytes, found);
  return messages.flatMap((facts) => {
    const match = found.get(facts.key);
    return match ? [{ facts, match }] : [];
  });
}

const NO_HEADER: HeaderFieldFacts = { subject: '' };
const NO_CANDIDATES = { candidates: [], areAll: true };

/** Programs that leave `\Draft` set on what they keep as sent are met. */
function isDraft({ flags }: MessageFacts, { specialUse }: LiveFolder): boolean {
  return specialUse !== 'sent' && flags.some((flag) => flag.toLowerCase() === '\\draft');
}

async function byIdentity(run: SyncRun, { emailId, sizeBytes }: MessageFacts): Promise<Match | undefined> {
  if (emailId === undefined) return undefined;
  const item = await run.filing.ports.tables.get('activity', identityKey(run, emailId));
  const known = item && typed<{ readonly archiveId: string; readonly sizeBytes: number }>(item).data;
  return known?.sizeBytes === sizeBytes ? { state: 'matched', archiveId: known.archiveId } : undefined;
}

/**
 * Decides what headers can decide, and answers the rest. Of a purged message neither Date nor From is kept: a Message-ID
 * alone, which systems use again, must not keep other mail from being missed.
 */
async function byHeaders(
  run: SyncRun,
  open: OpenFolder,
  undecided: readonly Undecided[],
  found: Map<string, Match>,
): Promise<readonly Undecided[]> {
  const forBytes: Undecided[] = [];
  const forFrom: Undecided[] = [];
  const settle = async (one: Undecided, header: HeaderFieldFacts, isAsked: boolean) => {
    const decision =
      header.messageId === undefined || !one.areAll || one.candidates.some(({ isPurged }) => isPurged)
        ? 'ask-bytes'
        : matchByHeader(liveHeader(one.facts, header, isAsked), one.candidates);
    if (decision === 'ask-from') forFrom.push(one);
    else if (decision === 'ask-bytes') forBytes.push({ ...one, header });
    else if (decision === 'none') found.set(one.facts.key, { state: 'missing', header });
    else {
      const match = await settled(run, decision.candidate);
      if (match) found.set(one.facts.key, match);
      else forBytes.push({ ...one, header });
    }
  };
  await eachAtOnce(undecided, LOOKUPS_AT_ONCE, (one) => settle(one, one.header, false));
  const asked = await fieldsOf(
    run,
    open,
    forFrom.map(({ facts }) => facts),
    ['FROM'],
  );
  await eachAtOnce(forFrom.splice(0), LOOKUPS_AT_ONCE, async (one) => {
    const { from } = readHeaderFields(asked.get(one.facts.key) ?? new Uint8Array());
    await settle(one, { ...one.header, ...(from ? { from } : {}) }, true);
  });
  return forBytes;
}

function liveHeader({ sizeBytes }: MessageFacts, { date, from }: HeaderFieldFacts, isAsked: boolean): LiveHeader {
  const address = from?.address ?? '';
  // The charset of raw bytes stands in the text, which was not asked for.
  const isPlain = address !== '' && /^\p{ASCII}+$/u.test(address);
  return {
    sizeBytes,
    ...(date === undefined ? {} : { date: date.toISOString() }),
    ...(isAsked ? { from: isPlain ? address : null } : {}),
  };
}

/** What follows from a match by header: `undefined` where only the bytes may file the message in this mailbox. */
async function settled(run: SyncRun, candidate: Candidate): Promise<Match | undefined> {
  const { archiveId, isFiledHere } = candidate;
  if (isFiledHere) return { state: 'matched', archiveId };
  const late = await lateEvidence(run.filing, archiveId, run.mailboxId);
  return late && { state: 'matched', archiveId, late };
}

async function byBytes(
  run: SyncRun,
  open: OpenFolder,
  undecided: readonly Undecided[],
  found: Map<string, Match>,
): Promise<void> {
  const byKey = new Map(undecided.map((one) => [one.facts.key, one]));
  const messages = undecided.map(({ facts }) => facts);
  await matchByBytes(run, open, messages, async ({ key }, bytes) => {
    const one = byKey.get(key);
    if (one) found.set(key, matchOfBytes(one, bytes));
  });
}

function matchOfBytes({ header, candidates }: Undecided, bytes: BytesMatch): Match {
  if (bytes.state === 'unreadable') return { state: 'ambiguous' };
  const { candidate, fingerprint, late } = bytes;
  if (candidate) return { state: 'matched', archiveId: candidate.archiveId, ...(late ? { late } : {}) };
  // It may be any of these, written anew by the server.
  const isOneOfMany = candidates.filter(({ isFiledHere }) => isFiledHere).length > 1;
  return isOneOfMany ? { state: 'ambiguous' } : { state: 'missing', header, fingerprint };
}

async function fieldsOf(
  run: Pick<SyncRun, 'details'>,
  open: OpenFolder,
  messages: readonly MessageFacts[],
  names: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const keys = messages.map(({ key }) => key);
  const fields = keys.length === 0 ? new Map<string, Uint8Array>() : await open.headerFields(keys, names);
  for (const bytes of fields.values()) run.details.bytesFetched += bytes.length;
  return fields;
}

/** Asks for what people want to know of missing mail. */
export async function fieldsForPeople(
  run: Pick<SyncRun, 'details'>,
  open: OpenFolder,
  messages: readonly MessageFacts[],
): Promise<ReadonlyMap<string, Uint8Array>> {
  return await fieldsOf(run, open, messages, ['FROM', 'SUBJECT']);
}
