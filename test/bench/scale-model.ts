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

/**
 * What indexing takes for each unit that a message is in, measured on 6,400 messages of the same lists in 8 units, 10 of a
 * unit at a time, merges included; and what a search fetches of an index that it has nothing of.
 */
export const MEASURED_INDEX = {
  at: '2026-11-21',
  indexBytes: 1_507,
  textBytes: 1_426,
  objectPuts: 0.342,
  objectGets: 1.438,
  tableReadUnits: 1.2,
  /** Marks that are deleted, and what is to be tidied up. */
  tableWriteUnits: 0.217,
  getsPerSegment: 1.8,
} as const;

/** What was not measured on AWS. */
export const ASSUMED = {
  /** Of most functions. */
  functionGigabytes: 1.769,
  /** A full batch from its start to its end: three rounds of calls, and the processor time on one core. */
  filingSecondsPerBatch: 0.7,
  /** Reading 50 messages again and asking DNS. */
  verifyingSecondsPerBatch: 0.7,
  /** Reading, decompressing and comparing one stored message, 50 at a time on one core. */
  checkingSecondsPerMessage: 0.004,
  /** Of those that index, and run jobs. */
  indexingGigabytes: 3.538,
  /** The mailbox of an endpoint, and that of a person. */
  unitsPerMessage: 2,
  messagesPerIndexRun: 10,
  /** From the manifest that is read to the one that is written: six rounds of calls, and the processor time. */
  indexingSecondsPerRun: 0.5,
  /** In runs of hundreds, as where mail waits: the processor time. */
  indexingSecondsPerMessage: 0.005,
  /** Units that are named to the queue for each message: the shards of an endpoint for many, that of a person for few. */
  nudgesPerMessage: 1.2,
  segmentsPerUnit: 20,
  /** Of the function that answers; the second where it has nothing of the index. */
  answeringSeconds: 0.15,
  coldAnsweringSeconds: 0.6,
  /** Units that are searched for another function in a second, with nothing of the index. */
  coldUnitsPerSecond: 30,
  /** Messages of a page, each of which is looked up in the tables. */
  messagesPerPage: 50,
  /** Keys that S3 lists in one call. */
  keysPerList: 1_000,
  /** Mail on its busiest second, compared with the mean of a year. */
  peakOverMean: 20,
  yearsKept: 10,
} as const;

/** What the stack has of what costs by the month; a test of the templates holds it. */
export const DEPLOYED = { alarms: 51, polledQueues: 12, secrets: 4 } as const;

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

/** USD for indexing a million messages, by part; without storage. */
export function indexingCosts(): Parts {
  const p = PRICES_PER_MILLION;
  const { unitsPerMessage: units, messagesPerIndexRun, indexingSecondsPerRun, nudgesPerMessage } = ASSUMED;
  const runs = units / messagesPerIndexRun;
  const seconds = runs * indexingSecondsPerRun;
  return {
    'PUT of segments, their merges and manifests': units * MEASURED_INDEX.objectPuts * p.objectPut,
    'GET of messages and of the index': units * MEASURED_INDEX.objectGets * p.objectGet,
    'table reads': units * MEASURED_INDEX.tableReadUnits * p.tableReadUnit,
    'table writes': units * MEASURED_INDEX.tableWriteUnits * p.tableWriteUnit,
    'SQS requests (FIFO)': (nudgesPerMessage + 2 * runs) * p.fifoQueueRequest,
    functions: seconds * ASSUMED.indexingGigabytes * p.lambdaGigabyteSecondArm + runs * p.lambdaRequest,
  };
}

/** A search: over so many units, of which nothing was read before, or all. */
interface Search {
  readonly units: number;
  readonly isCold: boolean;
}

/** USD for a thousand searches, by part: each a page, recorded in the audit trail. */
export function searchCosts({ units, isCold }: Search): Parts {
  const p = PRICES_PER_MILLION;
  const perThousand = 1_000 / MILLION;
  const isSpread = units > UNITS_SEARCHED_AT_ONCE;
  const elsewhere = isSpread ? units / ASSUMED.coldUnitsPerSecond : 0;
  const here = isCold ? ASSUMED.coldAnsweringSeconds : ASSUMED.answeringSeconds;
  const seconds = here + elsewhere + (isSpread ? elsewhere / FUNCTIONS_AT_ONCE : 0);
  const gets = units * (1 + (isCold ? ASSUMED.segmentsPerUnit * MEASURED_INDEX.getsPerSegment : 0));
  const invocations = 1 + (isSpread ? Math.min(FUNCTIONS_AT_ONCE, units) : 0);
  const calls = {
    'HTTP API': p.httpRequest,
    'GET of the index': gets * p.objectGet,
    // The record, and the filings.
    'looking up what is shown': 2 * ASSUMED.messagesPerPage * p.tableReadUnit,
    'audit trail': p.objectPut + AUDIT_WRITE_UNITS * p.tableWriteUnit,
    functions: seconds * ASSUMED.functionGigabytes * p.lambdaGigabyteSecondArm + invocations * p.lambdaRequest,
  };
  return Object.fromEntries(Object.entries(calls).map(([name, usd]) => [name, usd * perThousand]));
}

/** As `functions/cloud/cloud-search.ts` and its adapter have it. */
const UNITS_SEARCHED_AT_ONCE = 8;
const FUNCTIONS_AT_ONCE = 20;
/** The event in its lists. */
const AUDIT_WRITE_UNITS = 5;

/** USD a month for keeping so many messages. */
export function storageCosts(messages: number): Parts {
  const { indexBytes, textBytes } = MEASURED_INDEX;
  const index = (messages * ASSUMED.unitsPerMessage * (indexBytes + textBytes)) / BYTES_PER_GIGABYTE;
  const objects = (messages * MEASURED.storedBytes) / BYTES_PER_GIGABYTE;
  const tables = (messages * MEASURED.tableBytes) / BYTES_PER_GIGABYTE;
  return {
    'archive bucket': tiered(objects),
    tables: tables * PRICES_PER_GIGABYTE_MONTH.table,
    'point-in-time recovery': tables * PRICES_PER_GIGABYTE_MONTH.tableRecovery,
    index: tiered(index),
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
  const checking = ASSUMED.checkingSecondsPerMessage * ASSUMED.indexingGigabytes * p.lambdaGigabyteSecondArm;
  const listing = p.objectList / ASSUMED.keysPerList;
  const reading = listing + MEASURED.archivePuts * p.objectGet + checking;
  return {
    'full verification of every byte': millions * reading,
    'rebuild of the tables': millions * (reading + MEASURED.tableWriteUnits * p.tableWriteUnit),
    'index of all of it anew': millions * (sum(indexingCosts()) - ASSUMED.nudgesPerMessage * p.fifoQueueRequest),
    'legal hold on all of it': millions * (p.objectPut + 2 * p.tableWriteUnit + 2 * p.tableReadUnit),
  };
}

/** USD a month that a stage costs without mail. */
export function idleCosts(): Parts {
  const { key, secret, alarm, dashboard } = PRICES_PER_MONTH;
  const polls = (DEPLOYED.polledQueues * POLLERS * SECONDS_PER_MONTH) / POLL_SECONDS;
  return {
    key,
    [`${DEPLOYED.secrets} secrets`]: DEPLOYED.secrets * secret,
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
