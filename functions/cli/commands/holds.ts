import { runAction } from '../actions.ts';
import { addressesText, shortAddress } from '../address-text.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { type JsonRecord, numberOf, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { countText, minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';
import { SCOPE_HELP, SCOPE_OPTIONS, scopeOf, scopeText } from '../scope-flags.ts';

/** Lists, makes, changes and releases legal holds, and shows what they cover. */
export const holds: Command = {
  name: 'holds',
  usage:
    '[list | show ID | messages ID | quarantine ID | create NAME --matter M --reason R SCOPE | review ID TIME | release ID --reason R | lock ID]',
  summary: 'legal holds: what they cover cannot be deleted by anybody',
  details: [
    '--matter M          the case that the hold serves',
    '--reason R          why mail is held, or released',
    'SCOPE is --everything, or what all must match of:',
    ...SCOPE_HELP,
    '--review TIME       remind of it from then on; "review ID never" takes the day away',
    '--state STATE       list only the active or the released ones',
    '--limit N, --all    how many to list (default 50)',
  ],
  options: {
    ...LIST_OPTIONS,
    matter: { type: 'string' },
    reason: { type: 'string' },
    everything: { type: 'boolean' },
    ...SCOPE_OPTIONS,
    review: { type: 'string' },
    state: { type: 'string' },
  },
  words: { least: 0, most: 3 },
  run: (invocation) =>
    runAction(
      holds,
      {
        list: { words: 0, run: list },
        show: { words: 1, run: show },
        messages: { words: 1, run: messages },
        quarantine: { words: 1, run: quarantine },
        create: { words: 1, run: create },
        review: { words: 2, run: review },
        release: { words: 1, run: release },
        lock: { words: 1, run: lock },
      },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  const state = invocation.options.text('state');
  return writeListing(invocation, {
    path: '/legal-holds',
    ...(state === undefined ? {} : { query: { state } }),
    columns: [
      { title: 'NAME', shrinksTo: 10 },
      { title: 'MATTER', shrinksTo: 8 },
      { title: 'SINCE (UTC)' },
      { title: 'STATE' },
      { title: 'REVIEW' },
      { title: 'COVERS', shrinksTo: 10 },
    ],
    row: (hold) => [
      textOf(hold.name),
      textOf(hold.matter),
      minuteUtc(textOf(hold.createdAt)),
      textOf(hold.state),
      textOf(hold.reviewAt).slice(0, 10),
      scopeText(recordOf(hold.scope)),
    ],
    detail: (hold) => textOf(hold.holdId),
    empty: 'no legal holds',
  });
}

async function show(invocation: Invocation, id = ''): Promise<void> {
  const hold = recordOf(await (await invocation.api()).json('GET', pathOf(id)));
  const fields = ['name', 'matter', 'reason', 'state', 'createdBy', 'createdAt', 'reviewAt'];
  const release = ['releasedBy', 'releaseApprovedBy', 'releasedAt', 'releaseReason'];
  const present = [...fields, ...release].filter((field) => textOf(hold[field]) !== '');
  const lines = present.map((field) => `${field}: ${textOf(hold[field])}`);
  await writeResult(invocation, hold, [...lines, `covers: ${scopeText(recordOf(hold.scope))}`].map(printableLine));
}

async function messages(invocation: Invocation, id = ''): Promise<void> {
  await writeListing(invocation, {
    path: `${pathOf(id)}/messages`,
    columns: [
      { title: 'DATE (UTC)' },
      { title: 'FROM', shrinksTo: 10 },
      { title: 'TO', shrinksTo: 10 },
      { title: 'SUBJECT', shrinksTo: 12 },
    ],
    row: (item) => [
      minuteUtc(textOf(item.date)),
      shortAddress(item.from),
      addressesText(item.to),
      textOf(item.subject),
    ],
    detail: (item) => textOf(item.archiveId),
    empty: 'the hold covers no message',
  });
  if (invocation.options.json) return;
  invocation.terminal.note(coveredText(await coveredBy(invocation, id)));
}

/** How much a hold covers now: `total` messages, whether that is exact, and inputs in quarantine. */
async function coveredBy(invocation: Invocation, id: string): Promise<JsonRecord> {
  const answer = recordOf(await (await invocation.api()).json('GET', `${pathOf(id)}/messages?limit=1`));
  const { total, totalIsExact, quarantined } = answer;
  return { total, totalIsExact, quarantined };
}

function coveredText({ total, totalIsExact, quarantined }: JsonRecord): string {
  const least = totalIsExact === true ? '' : 'at least ';
  return `${least}${countText(numberOf(total), 'message')}, and ${countText(numberOf(quarantined), 'input')} in quarantine`;
}

function quarantine(invocation: Invocation, id = ''): Promise<void> {
  return writeListing(invocation, {
    path: `${pathOf(id)}/quarantine`,
    columns: [{ title: 'RECEIVED (UTC)' }, { title: 'REASON' }],
    row: (item) => [minuteUtc(textOf(item.receivedAt)), textOf(item.reason)],
    detail: (item) => textOf(item.id),
    empty: 'the hold covers nothing in quarantine',
  });
}

async function create(invocation: Invocation, name = ''): Promise<void> {
  const { options } = invocation;
  const [matter, reason, reviewAt] = [options.text('matter'), options.text('reason'), options.text('review')];
  if (matter === undefined || reason === undefined) throw new UsageError('a hold has --matter and --reason');
  const scope = { ...(options.flag('everything') && { everything: true }), ...(await scopeOf(invocation)) };
  const body = { name, matter, reason, scope, ...(reviewAt && { reviewAt }) };
  const hold = recordOf(await (await invocation.api()).json('POST', '/legal-holds', body));
  const id = textOf(hold.holdId);
  const covers = await coveredBy(invocation, id).catch(() => undefined);
  await writeResult(
    invocation,
    { ...hold, ...(covers && { covers }) },
    [`holds from now on as ${id}`, ...coverageLines(id, covers)].map(printableLine),
  );
}

/** What a new hold covers. It holds also where that cannot be counted; one that finds nothing is perhaps a slip. */
function coverageLines(id: string, covers: JsonRecord | undefined): readonly string[] {
  if (covers === undefined) return [`what it covers could not be counted now; "letterlock holds messages ${id}" does`];
  if (numberOf(covers.total) > 0 || covers.totalIsExact !== true) return [`covers ${coveredText(covers)} so far`];
  return [`covers ${coveredText(covers)} so far: look whether its SCOPE is what you meant`];
}

async function review(invocation: Invocation, id = '', time = ''): Promise<void> {
  const reviewAt = time === 'never' ? null : time;
  const hold = recordOf(await (await invocation.api()).json('PATCH', pathOf(id), { reviewAt }));
  const told =
    reviewAt === null ? 'nobody is reminded of it' : `to be reviewed from ${minuteUtc(textOf(hold.reviewAt))}`;
  await writeResult(invocation, hold, [printableLine(told)]);
}

async function release(invocation: Invocation, id = ''): Promise<void> {
  const reason = invocation.options.text('reason');
  if (reason === undefined) throw new UsageError('a release has a --reason');
  const released = recordOf(await (await invocation.api()).json('POST', `${pathOf(id)}/release`, { reason }));
  const approvalId = textOf(released.approvalId);
  if (approvalId !== '') {
    await writeResult(invocation, released, [printableLine(`waits for a second administrator: ${approvalId}`)]);
    return;
  }
  await writeResult(invocation, released, [printableLine(`released ${id}`), ...unlockLines(released)]);
}

/** Until that job has ended, storage may say of messages that a lock keeps them. */
function unlockLines({ jobId }: JsonRecord): readonly string[] {
  const job = textOf(jobId);
  if (job === '') return [];
  return [printableLine(`its locks of the storage are lifted by ${job}; "letterlock jobs show ${job} --follow" waits`)];
}

async function lock(invocation: Invocation, id = ''): Promise<void> {
  const job = recordOf(await (await invocation.api()).json('POST', `${pathOf(id)}/jobs`, {}));
  await writeResult(invocation, job, [printableLine(`locks what it covers as ${textOf(job.jobId)}`)]);
}

function pathOf(id: string): string {
  return `/legal-holds/${encodeURIComponent(id)}`;
}
