import type { Counts } from './counted-ports.ts';

/** Price table, USD, us-east-1, as published in November 2025. `docs/scale.md` is computed from it. */
export const PRICES_PER_MILLION = {
  objectPut: 5,
  objectGet: 0.4,
  objectDelete: 0,
  objectList: 5,
  tableWriteUnit: 0.625,
  tableReadUnit: 0.125,
  /** The same of a table of the class Standard-IA. */
  infrequentTableWriteUnit: 0.78,
  queueRequest: 0.4,
  fifoQueueRequest: 0.5,
  topicRequest: 0.5,
  lambdaRequest: 0.2,
  lambdaGigabyteSecond: 16.6667,
  lambdaGigabyteSecondArm: 13.3334,
  httpRequest: 1,
  mailReceived: 100,
} as const;

/** USD for a GB and month. Objects of the class Standard get cheaper with volume: so much up to so many GB. */
export const PRICES_PER_GIGABYTE_MONTH = {
  objects: [
    { upToGigabytes: 50_000, usd: 0.023 },
    { upToGigabytes: 500_000, usd: 0.022 },
    { upToGigabytes: Number.POSITIVE_INFINITY, usd: 0.021 },
  ],
  table: 0.25,
  infrequentTable: 0.1,
  tableRecovery: 0.2,
} as const;

/** USD a month, whether mail flows or not. */
export const PRICES_PER_MONTH = { key: 1, secret: 0.4, alarm: 0.1, dashboard: 3 } as const;

/** A function of 1 GB is billed for the processor time measured here, at about 0.57 of a core per GB. */
const CORES_PER_GIGABYTE = 1 / 1.769;
export const MESSAGES_PER_BATCH = 50;
/** SQS hands out, and takes back, no more at once. */
export const MESSAGES_PER_REQUEST = 10;

/** What a million such messages would cost on AWS, by part, from the calls counted and the processor time used. */
export function awsCostPerMillion(counts: Counts, messages: number, cpuSeconds: number): Record<string, number> {
  const calls = (kind: string) => (counts.get(kind)?.calls ?? 0) / messages;
  const units = (kind: string) => (counts.get(kind)?.units ?? 0) / messages;
  const intakePuts = (counts.get('incoming: objectPut')?.calls ?? 0) / messages;
  const parts = {
    objectPuts: (calls('objectPut') - intakePuts) * PRICES_PER_MILLION.objectPut,
    putOfSes: intakePuts * PRICES_PER_MILLION.objectPut,
    objectGets: calls('objectGet') * PRICES_PER_MILLION.objectGet,
    tableWrites: units('tableWrite') * PRICES_PER_MILLION.tableWriteUnit,
    tableReads: units('tableRead') * PRICES_PER_MILLION.tableReadUnit,
    announcement: PRICES_PER_MILLION.topicRequest,
    queue: (1 + 2 / MESSAGES_PER_REQUEST) * PRICES_PER_MILLION.queueRequest,
    functions:
      PRICES_PER_MILLION.lambdaRequest / MESSAGES_PER_BATCH +
      (cpuSeconds / messages / CORES_PER_GIGABYTE) * PRICES_PER_MILLION.lambdaGigabyteSecond,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return Object.fromEntries(Object.entries({ ...parts, total }).map(([name, usd]) => [name, Number(usd.toFixed(2))]));
}
