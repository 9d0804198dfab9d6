import type { Counts } from './counted-ports.ts';

/**
 * Price table, USD, us-east-1, as published in November 2025. Storage, transfer and SES's charge for
 * receiving are left out: they depend on size and time, not on what this code does.
 */
const PRICES_PER_MILLION = {
  objectPut: 5,
  objectGet: 0.4,
  objectDelete: 0,
  tableWriteUnit: 0.625,
  tableReadUnit: 0.125,
  queueRequest: 0.4,
  lambdaRequest: 0.2,
  lambdaGigabyteSecond: 16.6667,
} as const;

/** A function of 1 GB is billed for the processor time measured here, at about 0.57 of a core per GB. */
const CORES_PER_GIGABYTE = 1 / 1.769;
const MESSAGES_PER_BATCH = 50;

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
    queue: (1 + 2 / MESSAGES_PER_BATCH) * PRICES_PER_MILLION.queueRequest,
    functions:
      PRICES_PER_MILLION.lambdaRequest / MESSAGES_PER_BATCH +
      (cpuSeconds / messages / CORES_PER_GIGABYTE) * PRICES_PER_MILLION.lambdaGigabyteSecond,
  };
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return Object.fromEntries(Object.entries({ ...parts, total }).map(([name, usd]) => [name, Number(usd.toFixed(2))]));
}
