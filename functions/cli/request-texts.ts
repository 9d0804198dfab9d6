import { type JsonRecord, listText, numberOf, recordOf, recordsOf, textOf } from './json-value.ts';
import { countText, minuteUtc, sizeText } from './quantities.ts';
import { scopeText } from './scope-flags.ts';

/** What keeps messages, by the field that counts them. */
const BLOCKS: readonly (readonly [field: string, text: string])[] = [
  ['legalHold', 'under a legal hold'],
  ['underRetention', 'under a retention minimum'],
  ['objectLocked', 'locked by the storage'],
  ['undecided', 'that cannot be decided on'],
];

const REASONS: { readonly [reason: string]: string } = {
  legal_hold: 'legal hold',
  under_retention: 'retention',
  object_locked: 'storage lock',
  undecided: 'undecided',
};

/** What a request found, in one line; says so where it was not looked for yet. */
export function foundText(request: JsonRecord): string {
  const found = recordOf(request.found);
  if (found.messages === undefined) return 'nothing was looked for yet';
  const blocked = BLOCKS.filter(([field]) => numberOf(found[field]) > 0);
  const parts = blocked.map(([field, text]) => `${numberOf(found[field])} ${text}`);
  const total = `found ${countText(numberOf(found.messages), 'message')}, ${sizeText(numberOf(found.bytes))}`;
  const free = `as found ${minuteUtc(textOf(found.foundAt))}: ${numberOf(found.free)} that nothing keeps`;
  return [total, free, ...parts].join('; ');
}

const COMMANDS: { readonly [kind: string]: string } = { erasure: 'erasure', access: 'access-requests' };

/** A line where the request found something in quarantine that is there yet. */
export function quarantineLines(request: JsonRecord): readonly string[] {
  const { kind, requestId, found, quarantineLeft } = request;
  if (quarantineLeft !== true) return [];
  const count = numberOf(recordOf(found).quarantined);
  const command = `letterlock ${COMMANDS[textOf(kind)]} quarantine ${textOf(requestId)}`;
  return [`${count} in quarantine may concern them, and no job deletes it: ${command} lists what is left of it`];
}

/** What became of its messages, in one line. */
export function resultsText(request: JsonRecord): string {
  const results = recordOf(request.results);
  const names = ['purged', 'removed', 'kept', 'blocked', 'gone'];
  const locked = numberOf(results.bytesLocked);
  const rest = locked > 0 ? [`storage has bytes of ${locked} of the purged or gone ones, until their locks end`] : [];
  return [names.map((name) => `${name} ${numberOf(results[name])}`).join(', '), ...rest].join('; ');
}

/** What keeps a message, and until when. */
export function blockText(block: unknown): string {
  const { reason, until, policies } = recordOf(block);
  const names = recordsOf(policies).map(({ name }) => textOf(name));
  const whose = names.filter((name) => name !== '').join(', ');
  const what = (REASONS[textOf(reason)] ?? textOf(reason)) + (whose === '' ? '' : ` (${whose})`);
  return textOf(until) === '' ? what : `${what} to ${textOf(until).slice(0, 10)}`;
}

const FIELDS = ['name', 'reference', 'reason', 'state', 'createdBy', 'createdAt', 'dueAt'];
const LATER = ['approvedAt', 'closedAt', 'closedBy', 'closeReason'];

/** All that people ask of a request, a line each. */
export function requestLines(request: JsonRecord): readonly string[] {
  const present = (fields: readonly string[]) =>
    fields.filter((field) => textOf(request[field]) !== '').map((field) => `${field}: ${textOf(request[field])}`);
  const { jobId, kind, state, outcome } = recordOf(request.lastJob);
  return [
    ...present(FIELDS),
    `about: ${scopeText(recordOf(request.scope))}`,
    ...(request.kind === 'access' ? [] : [`action: ${textOf(request.action)}`]),
    foundText(request),
    ...quarantineLines(request),
    ...(request.results === undefined ? [] : [resultsText(request)]),
    ...present(LATER),
    ...(Array.isArray(request.approvedBy) ? [`approvedBy: ${listText(request.approvedBy)}`] : []),
    ...(textOf(jobId) === ''
      ? []
      : [`last job: ${textOf(jobId)}, ${textOf(kind)}, ${textOf(outcome) || textOf(state)}`]),
  ];
}

/** A request as a list shows it. */
export function requestRow(request: JsonRecord): readonly string[] {
  return [
    textOf(request.name),
    textOf(request.reference),
    minuteUtc(textOf(request.createdAt)),
    textOf(request.dueAt).slice(0, 10),
    textOf(request.state),
    textOf(recordOf(request.found).messages),
    scopeText(recordOf(request.scope)),
  ];
}
