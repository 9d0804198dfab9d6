import { PRICES_PER_MILLION } from './aws-prices.ts';
import {
  ASSUMED,
  filingCosts,
  idleCosts,
  indexingCosts,
  infrequentExtra,
  infrequentStorageCosts,
  MEASURED,
  type Parts,
  searchCosts,
  storageCosts,
  sum,
  taskCosts,
} from './scale-model.ts';

/** Archives that the tables compare. */
const SIZES = [1e6, 100e6, 10e9] as const;
/** Somebody's own mailbox, again and for the first time; an auditor's search over many, for the first time. */
const SEARCHES = [
  { what: 'one mailbox, warm', units: 1, isCold: false },
  { what: 'one mailbox, cold', units: 1, isCold: true },
  { what: '1,000 mailboxes, cold', units: 1_000, isCold: true },
] as const;
const SECONDS_PER_YEAR = 365 * 86_400;

/** The hottest key, object prefix or queue of each kind, with what AWS gives it in a second. */
const HOTTEST: readonly {
  readonly what: string;
  readonly perMessage: number;
  readonly limit: number;
  readonly why: string;
}[] = [
  {
    what: 'ledger of one endpoint: 8 partitions a month',
    perMessage: 1,
    limit: 8_000,
    why: '1,000 write units a partition',
  },
  { what: 'list of an endpoint’s mailbox: 8 partitions of the index', perMessage: 1, limit: 8_000, why: 'as above' },
  { what: 'records of a day: 16 partitions of the index', perMessage: 1, limit: 16_000, why: 'as above' },
  {
    what: 'batches waiting for verification: one partition',
    perMessage: MEASURED.unverifiedWriteUnits,
    limit: 1_000,
    why: '1,000 write units',
  },
  {
    what: 'intake prefix `incoming/ses/`',
    perMessage: 3,
    limit: 3_500,
    why: 'a PUT and two DELETEs of one prefix, before S3 splits it',
  },
  {
    what: 'archive prefix `messages/`',
    perMessage: MEASURED.archivePuts,
    limit: 3_500,
    why: 'before S3 splits it by the 256 values of `ab`',
  },
  {
    what: 'queue `arrivals`',
    perMessage: 1.2,
    limit: 120_000,
    why: 'messages in flight; requests of standard queues have no limit',
  },
  {
    what: 'queue `index`, in groups',
    perMessage: ASSUMED.nudgesPerMessage,
    limit: 2_400,
    why: 'requests of high-throughput FIFO queues, in the regions with the least',
  },
  {
    what: '`indexingConcurrency` 10',
    perMessage: ASSUMED.unitsPerMessage,
    limit: Math.floor(10 / ASSUMED.indexingSecondsPerMessage),
    why: 'a setting, up to 1,000; where mail waits, runs are of hundreds',
  },
  {
    what: '`filingConcurrency` 10',
    perMessage: 1,
    limit: Math.floor((10 * 50) / ASSUMED.filingSecondsPerBatch),
    why: 'a setting, up to 1,000',
  },
];

/** The tables of docs/scale.md by name, as Markdown. */
export function scaleTables(): Readonly<Record<string, string>> {
  return {
    filing: partsTable('a million messages', filingCosts(), 2),
    indexing: partsTable('a million messages', indexingCosts(), 2),
    searching: table(
      ['a thousand searches, USD', ...SEARCHES.map(({ what }) => what)],
      [
        ...Object.keys(searchCosts(SEARCHES[0])).map((part) => [
          part,
          ...SEARCHES.map((search) => (searchCosts(search)[part] ?? 0).toFixed(3)),
        ]),
        ['**together**', ...SEARCHES.map((search) => `**${sum(searchCosts(search)).toFixed(3)}**`)],
      ],
    ),
    storage: table(
      ['messages', ...Object.keys(storageCosts(1)), 'together', 'with `messages` in Standard-IA'],
      SIZES.map((size) => [
        count(size),
        ...Object.values(storageCosts(size)).map(usd),
        usd(sum(storageCosts(size))),
        usd(sum(infrequentStorageCosts(size))),
      ]),
    ),
    terabyte: partsTable('a TB of raw mail, a month', storageCosts(1e12 / MEASURED.rawBytes), 0),
    tasks: table(
      ['once, with all messages', ...SIZES.map(count)],
      Object.keys(taskCosts(1)).map((task) => [task, ...SIZES.map((size) => usd(taskCosts(size)[task] ?? 0))]),
    ),
    years: table(
      [
        'messages, kept 10 years',
        'filing',
        'receiving by SES',
        'mail a second, mean',
        'peak',
        'busiest part, share of its limit',
      ],
      SIZES.map((size) => {
        const mean = size / ASSUMED.yearsKept / SECONDS_PER_YEAR;
        const peak = mean * ASSUMED.peakOverMean;
        return [
          count(size),
          usd((size / 1e6) * sum(filingCosts())),
          usd((size / 1e6) * PRICES_PER_MILLION.mailReceived),
          decimal(mean),
          decimal(peak),
          `${percent(busiest(peak).share)} (${busiest(peak).what})`,
        ];
      }),
    ),
    hottest: table(
      ['hottest part', 'uses a message', 'limit a second', 'so many messages a second', 'because'],
      HOTTEST.map(({ what, perMessage, limit, why }) => [
        what,
        decimal(perMessage),
        count(limit),
        count(Math.floor(limit / perMessage)),
        why,
      ]),
    ),
    idle: partsTable('a month without mail', idleCosts(), 2),
    infrequent: table(
      ['a million messages', 'USD'],
      [
        ['more to file', infrequentExtra().toFixed(2)],
        ['less to keep, each month', (sum(storageCosts(1e6)) - sum(infrequentStorageCosts(1e6))).toFixed(2)],
      ],
    ),
  };
}

/** The document with its tables computed anew; everything else stays. */
export function withTables(document: string): string {
  const tables = scaleTables();
  return document.replace(/<!-- table: (\w+) -->\n[\s\S]*?<!-- end -->/g, (_all, name: string) => {
    const text = tables[name];
    if (text === undefined) throw new Error(`no table is called ${name}`);
    return `<!-- table: ${name} -->\n\n${text}\n\n<!-- end -->`;
  });
}

function busiest(messagesPerSecond: number): { readonly what: string; readonly share: number } {
  const shares = HOTTEST.map(({ what, perMessage, limit }) => ({
    what,
    share: (messagesPerSecond * perMessage) / limit,
  }));
  return shares.reduce((most, share) => (share.share > most.share ? share : most));
}

function partsTable(title: string, parts: Parts, digits: number): string {
  const rows = Object.entries(parts).map(([name, value]) => [name, value.toFixed(digits)]);
  return table([title, 'USD'], [...rows, ['**together**', `**${sum(parts).toFixed(digits)}**`]]);
}

/** As the formatter lays tables out: columns of one width, figures to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const line = (cells: readonly string[]) => `| ${cells.map(padded).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function usd(value: number): string {
  return value < 10 ? value.toFixed(2) : count(Math.round(value));
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

function decimal(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : count(Math.round(value));
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)} %`;
}
