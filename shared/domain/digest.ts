import type { Period } from './digest-period.ts';
import { profileOf, type Trouble } from './trouble.ts';

/** What a digest says; plain text. */
interface Digest {
  readonly subject: string;
  readonly text: string;
}

/** Lines of one section; what else there is, is counted. Stops a mail that nobody reads. */
const MAX_LINES = 50;

/** Sections in the order of their weight. */
const SECTIONS = [
  { title: 'Failed', noun: ['job failed', 'jobs failed'], has: (trouble: Trouble) => outcomeOf(trouble) === 'failed' },
  {
    title: 'Gave up, as the mail server went away again and again',
    noun: ['job was disconnected', 'jobs were disconnected'],
    has: (trouble: Trouble) => outcomeOf(trouble) === 'disconnected',
  },
  {
    title: 'Ended, but could not do all of the work',
    noun: ['job had errors', 'jobs had errors'],
    has: (trouble: Trouble) => outcomeOf(trouble) === 'completedWithErrors',
  },
  {
    title: 'Not begun when they were due',
    noun: ['run was missed', 'runs were missed'],
    has: (trouble: Trouble) => trouble.kind === 'missed',
  },
  {
    title: 'Found in a live mailbox, and not in its archive',
    noun: ['run found mail missing', 'runs found mail missing'],
    has: (trouble: Trouble) => trouble.kind === 'incomplete',
  },
  {
    title: 'Legal holds to be reviewed: whether they are still needed',
    noun: ['legal hold is to be reviewed', 'legal holds are to be reviewed'],
    has: (trouble: Trouble) => trouble.kind === 'review',
  },
  {
    title: 'Requests to be answered, or closed',
    noun: ['request is to be answered', 'requests are to be answered'],
    has: (trouble: Trouble) => trouble.kind === 'request',
  },
] as const;

/**
 * The mail that tells of `troubles`, oldest first. `names` are those of profiles by their id; one that is gone is told
 * by its id. Nothing of any message is in it.
 */
export function digestOf(troubles: readonly Trouble[], names: ReadonlyMap<string, string>, period: Period): Digest {
  const sums: string[] = [];
  const sections: string[] = [];
  for (const { title, noun, has } of SECTIONS) {
    const found = distinct(troubles.filter(has));
    if (found.length === 0) continue;
    sums.push(`${found.length} ${noun[found.length === 1 ? 0 : 1]}`);
    sections.push([title, ...linesOf(found, names), ''].join('\n'));
  }
  const span = `From ${minute(period.from.toISOString())} to ${minute(period.until.toISOString())} UTC:`;
  const footer = 'letterlock jobs show JOB tells what a job did; GET /api/v1/jobs lists them.';
  return { subject: `Letterlock: ${sums.join(', ')}`, text: [span, '', ...sections, footer, ''].join('\n') };
}

/** What was written down twice, as happens when a process dies, counts once. */
function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  const key = (trouble: Trouble) => {
    if (trouble.kind === 'review') return trouble.holdId;
    if (trouble.kind === 'request') return trouble.requestId;
    return trouble.kind === 'missed' ? `${trouble.profileId} ${trouble.dueAt}` : trouble.jobId;
  };
  return [...new Map(troubles.map((trouble) => [key(trouble), trouble])).values()];
}

/** One line for each profile or task, with the last time that it happened. */
function linesOf(troubles: readonly Trouble[], names: ReadonlyMap<string, string>): readonly string[] {
  const bySubject = Map.groupBy(troubles, (trouble) => subjectOf(trouble, names));
  const lines = [...bySubject].map(([subject, all]) => {
    const last = all.at(-1);
    const times = all.length === 1 ? '' : `, ${all.length} times`;
    return last ? `  ${minute(timeOf(last))}  ${subject}${times}; ${detailOf(last, all.length > 1)}` : '';
  });
  const left = lines.length - MAX_LINES;
  return left > 0 ? [...lines.slice(0, MAX_LINES), `  and ${left} more`] : lines;
}

function subjectOf(trouble: Trouble, names: ReadonlyMap<string, string>): string {
  if (trouble.kind === 'review') return `"${trouble.name.replace(/\p{Cc}/gu, ' ')}" (${trouble.holdId})`;
  if (trouble.kind === 'request') return `"${trouble.name.replace(/\p{Cc}/gu, ' ')}" (${trouble.requestId})`;
  const profileId = profileOf(trouble);
  if (profileId === undefined) return trouble.kind === 'job' ? trouble.jobKind : '';
  const name = names.get(profileId)?.replace(/\p{Cc}/gu, ' ');
  return name === undefined ? `profile ${profileId}` : `profile "${name}" (${profileId})`;
}

function detailOf(trouble: Trouble, isLastOfMany: boolean): string {
  if (trouble.kind === 'review') return `due since ${trouble.reviewAt.slice(0, 10)}`;
  if (trouble.kind === 'request') {
    return `${trouble.requestKind}, due ${trouble.dueAt <= trouble.at ? 'since' : 'on'} ${trouble.dueAt.slice(0, 10)}`;
  }
  if (trouble.kind === 'missed') return trouble.jobId === undefined ? 'no run began' : `${trouble.jobId} was not over`;
  if (trouble.kind === 'incomplete') {
    return `${isLastOfMany ? 'last ' : ''}${trouble.jobId}: ${trouble.missing} not in mailbox ${trouble.mailboxId}`;
  }
  const { seen, archived, quarantined } = trouble.counts;
  const counts = `seen ${seen}, archived ${archived}, quarantined ${quarantined}`;
  return `${isLastOfMany ? 'last ' : ''}${trouble.jobId}: ${counts}`;
}

function outcomeOf(trouble: Trouble): string | undefined {
  return trouble.kind === 'job' ? trouble.outcome : undefined;
}

function timeOf(trouble: Trouble): string {
  return trouble.kind === 'missed' ? trouble.dueAt : trouble.at;
}

/** `2026-03-01 10:00`. */
function minute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
