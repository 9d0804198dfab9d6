import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { UsageError } from '../failures.ts';
import { findMailbox } from '../find-mailbox.ts';
import { recordOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists and creates journal endpoints. */
export const endpoints: Command = {
  name: 'endpoints',
  usage: '[list | create NAME [--unknown RULE] [--source SOURCE]...]',
  summary: 'the journal endpoints: list, create',
  details: [
    '--unknown RULE    what to do with addresses that no mailbox has: endpoint-only (default), create,',
    '                  or a mailbox (its id, name or address) that gets them',
    '--source SOURCE   who may deliver: a network (CIDR), tls:NAME, dkim:DOMAIN or spf:DOMAIN; may be repeated;',
    '                  default: everyone',
    '--limit N, --all  how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, unknown: { type: 'string' }, source: { type: 'string', multiple: true } },
  words: { least: 0, most: 2 },
  async run(invocation) {
    const [action = 'list', name] = invocation.words;
    if (action === 'list' && name === undefined) return list(invocation);
    if (action === 'create' && name) return create(invocation, name);
    throw new UsageError(`usage: letterlock endpoints ${endpoints.usage}`);
  },
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/journal-endpoints',
    columns: [
      { title: 'ID' },
      { title: 'NAME', shrinksTo: 10 },
      { title: 'ADDRESS' },
      { title: 'UNKNOWN ADDRESSES' },
      { title: 'LAST ARRIVAL (UTC)' },
      { title: 'SILENT SINCE (UTC)' },
    ],
    row: (endpoint) => [
      textOf(endpoint.endpointId),
      textOf(endpoint.name),
      textOf(endpoint.address),
      unknownText(endpoint.unknownAddresses),
      minuteUtc(textOf(endpoint.lastArrivalAt)),
      minuteUtc(textOf(endpoint.silentSince)),
    ],
    empty: 'no journal endpoints',
  });
}

async function create(invocation: Invocation, name: string): Promise<void> {
  const api = await invocation.api();
  const rule = invocation.options.text('unknown');
  const allowedSources = invocation.options.texts('source');
  const isWord = rule === 'endpoint-only' || rule === 'create';
  const unknownAddresses = rule === undefined || isWord ? rule : { mailboxId: await findMailbox(api, rule) };
  const endpoint = await api.json('POST', '/journal-endpoints', {
    name,
    ...(unknownAddresses !== undefined && { unknownAddresses }),
    ...(allowedSources.length > 0 && { allowedSources }),
  });
  const address = textOf(recordOf(endpoint).address);
  await writeResult(invocation, endpoint, [printableLine(`created; journal to ${address}`)]);
}

function unknownText(rule: unknown): string {
  return textOf(rule) || textOf(recordOf(rule).mailboxId);
}
