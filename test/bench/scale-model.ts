import {
  MESSAGES_PER_BATCH,
  MESSAGES_PER_REQUEST,
  PRICES_PER_GIGABYTE_MONTH,
  PRICES_PER_MILLION,
  PRICES_PER_MONTH,
} from './aws-prices.ts';

/** What a message costs in calls and bytes, measured by `npm run bench:ingest` on 1,000 messages of two development lists. */
export const MEASURED = {
  at: '2026-11-21',
  rawBytes: 18_548,
  /** In the archive bucket, compressed; large attachments once. */
  storedBytes: 8_565,
  /** In the tables with their indexes, and 100 bytes that DynamoDB adds to each. */
  tableBytes: 7_699,
  archivePuts: 1.055,
  objectGets: 1.629,
  tableWriteUnits: 7.04,
  tableReadUnits: 4.396,
  /** Of batches whose signatures wait. */
  unverifiedWriteUnits: 0.146,
} as const;

/** What was not measured on AWS. */
export const ASSUMED = {
  functionGigabytes: 1.769,
  /** A full batch from its start to its end: three rounds of calls, and the processor time on one core. */
  filingSecondsPerBatch: 0.7,
  /** Reading 50 messages again and asking DNS. */
  verifyingSecondsPerBatch: 0.7,
  /** Reading, decompressing and comparing one stored message, 50 at a time on one core. */
  checkingSecondsPerMessage: 0.004,
  /** Keys that S3 lists in one call. */
  keysPerList: 1_000,
  /** Mail on its busiest second, compared with the mean of a year. */
  peakOverMean: 20,
  yearsKept: 10,
} as const;

/** What the stack has of what costs by the month; a test of the templates holds it. */
export const DEPLOYED = { alarms: 38, polledQueues: 5 } as const;

/** Lambda asks a queue by so many at once, each for so long. */
const POLLERS = 5;
const POLL_SECONDS = 20;
const SECONDS_PER_MONTH = 30 * 86_400;

export type Parts = Readonly<Record<string, number>>;

const BYTES_PER_GIGABYTE = 1e9;
const MILLION = 1e6;

/** USD for filing a million messages, by part; without what SES charges for receiving, and without storage. */
export function filingCosts(): Parts {
  const p = PRICES_PER_MILLION;
  const batches = 1 / MESSAGES_PER_BATCH;
  const functionSeconds = (ASSUMED.filingSecondsPerBatch + ASSUMED.verifyingSecondsPerBatch) * batches;
  return {
    'PUT by SES into intake': p.objectPut,
    'PUT of the arrival, and of large attachments': MEASURED.archivePuts * p.objectPut,
    'PUT of log objects, two per batch': 2 * batches * p.objectPut,
    'GET from intake, and for verifying signatures': MEASURED.objectGets * p.objectGet,
    'table writes': MEASURED.tableWriteUnits * p.tableWriteUnit,
    'table reads': MEASURED.tableReadUnits * p.tableReadUnit,
    'SNS announcement': p.topicRequest,
    'SQS requests': (1 + 2 / MESSAGES_PER_REQUEST) * p.queueRequest,
    functions: functionSeconds * ASSUMED.functionGigabytes * p.lambdaGigabyteSecondArm + 2 * batches * p.lambdaRequest,
  };
}

/** USD a month for keeping so many messages. */
export function storageCosts(messages: number): Parts {
  const objects = (messages * MEASURED.storedBytes) / BYTES_PER_GIGABYTE;
  const tables = (messages * MEASURED.tableBytes) / BYTES_PER_GIGABYTE;
  return {
    'archive bucket': tiered(objects),
    tables: tables * PRICES_PER_GIGABYTE_MONTH.table,
    'point-in-time recovery': tables * PRICES_PER_GIGABYTE_MONTH.tableRecovery,
  };
}

/** The same with the table `messages` in the class Standard-IA. */
export function infrequentStorageCosts(messages: number): Parts {
  const tables = (messages * MEASURED.tableBytes) / BYTES_PER_GIGABYTE;
  return { ...storageCosts(messages), tables: tables * PRICES_PER_GIGABYTE_MONTH.infrequentTable };
}

/** What more a million messages cost to file into a table of that class. */
export function infrequentExtra(): number {
  const { infrequentTableWriteUnit, tableWriteUnit } = PRICES_PER_MILLION;
  return MEASURED.tableWriteUnits * (infrequentTableWriteUnit - tableWriteUnit);
}

/** USD for doing something once with so many messages. */
export function taskCosts(messages: number): Parts {
  const millions = messages / MILLION;
  const p = PRICES_PER_MILLION;
  const checking = ASSUMED.checkingSecondsPerMessage * ASSUMED.functionGigabytes * p.lambdaGigabyteSecondArm;
  const listing = p.objectList / ASSUMED.keysPerList;
  const reading = listing + MEASURED.archivePuts * p.objectGet + checking;
  return {
    'full verification of every byte': millions * reading,
    'rebuild of the tables': millions * (reading + MEASURED.tableWriteUnits * p.tableWriteUnit),
    'legal hold on all of it': millions * (p.objectPut + 2 * p.tableWriteUnit + 2 * p.tableReadUnit),
  };
}

/** USD a month that a stage costs without mail. */
export function idleCosts(): Parts {
  const { key, secret, alarm, dashboard } = PRICES_PER_MONTH;
  const polls = (DEPLOYED.polledQueues * POLLERS * SECONDS_PER_MONTH) / POLL_SECONDS;
  return {
    key,
    secret,
    [`${DEPLOYED.alarms} alarms`]: DEPLOYED.alarms * alarm,
    dashboard,
    'Lambda asking empty queues': (polls / MILLION) * PRICES_PER_MILLION.queueRequest,
  };
}

export function sum(parts: Parts): number {
  return Object.values(parts).reduce((total, usd) => total + usd, 0);
}

function tiered(gigabytes: number): number {
  let usd = 0;
  let below = 0;
  for (const { upToGigabytes, usd: price } of PRICES_PER_GIGABYTE_MONTH.objects) {
    usd += Math.max(0, Math.min(gigabytes, upToGigabytes) - below) * price;
    below = upToGigabytes;
  }
  return usd;
}
