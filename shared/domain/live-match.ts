/** What is known of a live message without its bytes. */
export interface LiveHeader {
  /** As the source says. */
  readonly sizeBytes: number;
  /** The Date field, where it can be read; ISO 8601, UTC. */
  readonly date?: string;
  /** The address in From; absent until it was asked for. `null` where there is none that can be compared. */
  readonly from?: string | null;
}

/** A message of the archive with the same Message-ID. */
export interface MatchCandidate {
  /** As the record's summary has it: the Date field where it can be read, else the time of receipt. */
  readonly date: string;
  readonly receivedAt: string;
  readonly from: string;
  readonly sizeBytes: number;
}

/** What a live message is by its header: a candidate, none of them, or what has to be asked of it to tell. */
export type MatchDecision<Candidate> = { readonly candidate: Candidate } | 'none' | 'ask-from' | 'ask-bytes';

/** Servers that store mail in a form of their own (Exchange) write it anew: other encodings, other header fields. */
const RENDERED_FACTOR = 2;
/** Trace fields and signatures of this many bytes come and go with any message, however small it is. */
const RENDERED_BYTES = 16 * 1024;

/**
 * Decides which message of the archive a live one is, by Message-ID (the candidates have it), Date, then either the
 * very size, or From and the size class; candidates that cannot be told apart are left to the bytes. Senders choose
 * Message-ID, and users what lies in their mailboxes: what follows from a match is bounded elsewhere.
 */
export function matchByHeader<Candidate extends MatchCandidate>(
  live: LiveHeader,
  candidates: readonly Candidate[],
): MatchDecision<Candidate> {
  const dated = candidates.filter((candidate) => isSameDate(live, candidate));
  if (dated.length === 0) return 'none';
  const [exact, ...others] = dated.filter(({ sizeBytes }) => sizeBytes === live.sizeBytes);
  if (exact && others.length === 0) return { candidate: exact };
  if (live.from === undefined) return 'ask-from';
  if (live.from === null) return 'ask-bytes';
  const from = live.from.toLowerCase();
  const written = dated.filter((candidate) => candidate.from.toLowerCase() === from);
  if (written.length === 0) return 'none';
  const [near, ...further] = written.filter((candidate) => isNear(live.sizeBytes, candidate.sizeBytes));
  return near && further.length === 0 ? { candidate: near } : 'ask-bytes';
}

function isSameDate({ date }: LiveHeader, candidate: MatchCandidate): boolean {
  return date === undefined ? candidate.date === candidate.receivedAt : candidate.date === date;
}

function isNear(one: number, other: number): boolean {
  const [small, large] = one < other ? [one, other] : [other, one];
  return large <= small * RENDERED_FACTOR || large - small <= RENDERED_BYTES;
}
