import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { type JsonRecord, recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableJson, printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists what waits for a second administrator, and decides it. */
export const approvals: Command = {
  name: 'approvals',
  usage: '[list [--state STATE] | show ID | approve ID | reject ID]',
  summary: 'what waits for a second administrator: list, show, approve, reject',
  details: [
    '--state STATE     pending (default), executing, executed, rejected, failed, expired, or any',
    '--limit N, --all  how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, state: { type: 'string' } },
  words: { least: 0, most: 2 },
  async run(invocation) {
    const [action = 'list', approvalId] = invocation.words;
    if (action === 'list' && approvalId === undefined) return list(invocation);
    if (action === 'show' && approvalId) return show(invocation, approvalId);
    if ((action === 'approve' || action === 'reject') && approvalId) return decide(invocation, action, approvalId);
    throw new UsageError(`usage: letterlock approvals ${approvals.usage}`);
  },
};

function list(invocation: Invocation): Promise<void> {
  const state = invocation.options.text('state') ?? 'pending';
  return writeListing(invocation, {
    path: '/approvals',
    query: state === 'any' ? {} : { state },
    columns: [
      { title: 'ACTION' },
      { title: 'ASKED BY', shrinksTo: 8 },
      { title: 'EXPIRES (UTC)' },
      { title: 'STATE' },
      { title: 'ABOUT', shrinksTo: 10 },
    ],
    row: (approval) => [
      textOf(approval.action),
      textOf(approval.requestedBy),
      minuteUtc(textOf(approval.expiresAt)),
      textOf(approval.state),
      about(approval),
    ],
    detail: (approval) => textOf(approval.approvalId),
    empty: state === 'any' ? 'no approvals' : `no approvals that are ${state}`,
  });
}

async function show(invocation: Invocation, approvalId: string): Promise<void> {
  const approval = recordOf(await (await invocation.api()).json('GET', pathOf(approvalId)));
  const request = recordOf(approval.request);
  const { name, before } = recordOf(approval.subject);
  await writeResult(invocation, approval, [
    printableLine(`${textOf(approval.action)}, asked for by ${textOf(approval.requestedBy)}`),
    printableLine(`${textOf(approval.state)}; expires ${minuteUtc(textOf(approval.expiresAt))} UTC`),
    printableLine(`${textOf(request.method)} ${about(approval)}`),
    ...(textOf(name) === '' ? [] : [printableLine(`about: ${textOf(name)}`)]),
    printableJson(request.body, 2),
    ...(before === undefined ? [] : ['is now:', printableJson(before, 2)]),
  ]);
}

async function decide(invocation: Invocation, action: 'approve' | 'reject', approvalId: string): Promise<void> {
  const decided = recordOf(await (await invocation.api()).json('POST', `${pathOf(approvalId)}/${action}`));
  const result = decided.result === undefined ? [] : [printableJson(decided.result, 2)];
  await writeResult(invocation, decided, [printableLine(`${approvalId} is ${textOf(decided.state)}`), ...result]);
}

/** The path of the request with its parameters in it. */
function about(approval: JsonRecord): string {
  const { path, params } = recordOf(approval.request);
  const values = recordOf(params);
  return textOf(path).replace(/\{(\w+)\}/g, (_whole, name: string) => textOf(values[name]));
}

function pathOf(approvalId: string): string {
  return `/approvals/${encodeURIComponent(approvalId)}`;
}
