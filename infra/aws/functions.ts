import { INDEX_CACHE_MEGABYTES } from '../../functions/search-units/index-cache.ts';
import type { QueueName } from '../../shared/ports/queue.ts';
import type { TableUse } from './constructs/archive-tables.ts';
import type { FunctionDefinition, FunctionNeeds } from './function-definition.ts';

interface QueueDefinition {
  readonly name: QueueName;
  readonly maxReceiveCount: number;
  /** Whether its messages are sent in groups (see the port `Queue`). */
  readonly groups?: boolean;
}

/** Queues and what they do with a message that fails: deliver it so often, then call it a dead letter. */
export const QUEUES: readonly QueueDefinition[] = [
  { name: 'arrivals', maxReceiveCount: 5 },
  { name: 'jobs', maxReceiveCount: 5 },
  { name: 'fetches', maxReceiveCount: 5 },
  { name: 'signatures', maxReceiveCount: 5 },
  { name: 'index', maxReceiveCount: 5, groups: true },
  { name: 'purges', maxReceiveCount: 5 },
  { name: 'holds', maxReceiveCount: 5 },
];

/** A whole core: what reads mail works on one message at a time. */
const ONE_CORE_MB = 1_769;
/** Two: one reads mail and attachments, in processes of their own, while the other makes an index of what was read. */
const TWO_CORES_MB = 3_538;
/** What a function has of disk anyway. */
const TEMPORARY_STORAGE_MB = 512;

/** Reading the configuration, the own domains among it, and making mailboxes for addresses where an endpoint says so. */
const CONFIGURING: readonly TableUse[] = ['get', 'put', 'query'];

/** Locking decides on what was known of a message before, too. */
const LOCKING: FunctionNeeds['locks'] = {
  set: ['messages', 'attachments', 'quarantine'],
  see: ['messages', 'attachments'],
  tables: { messages: ['query'] },
};

/** What filing does, whoever starts it. */
const FILING: FunctionNeeds = {
  intake: ['take', 'setAside'],
  archive: { append: ['messages', 'attachments', 'quarantine', 'log'], read: ['messages', 'attachments'] },
  tables: { messages: ['get', 'put', 'batchPut'], configuration: CONFIGURING, activity: ['put'] },
  sends: ['signatures', 'index'],
  locks: LOCKING,
  events: true,
  settings: ['journalDomain'],
};

/** Every function of the system. To add one: its folder below `functions/` and an entry here. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'archive-arrivals',
    description: 'Files arrivals',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 180,
    trigger: { kind: 'queue', queue: 'arrivals', batchSize: 50, windowSeconds: 1, partial: true },
    needs: FILING,
  },
  {
    name: 'settle-dead-letters',
    description: 'Files mail that the queue gave up on alone, or quarantines it; ends such jobs',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 300,
    trigger: { kind: 'deadLetters', queues: ['arrivals', 'jobs', 'fetches', 'purges', 'holds'] },
    needs: {
      ...FILING,
      archive: {
        append: ['messages', 'attachments', 'quarantine', 'log', 'audit'],
        read: ['messages', 'attachments', 'audit'],
      },
      tables: {
        messages: ['get', 'put', 'batchPut'],
        configuration: CONFIGURING,
        activity: ['get', 'put', 'batchPut'],
      },
    },
  },
  {
    name: 'http-api',
    description: 'Answers the HTTP API',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 29,
    trigger: { kind: 'http' },
    needs: {
      archive: {
        append: ['messages', 'attachments', 'log', 'audit'],
        read: ['messages', 'attachments', 'quarantine', 'audit', 'certificates'],
      },
      derived: ['export', 'readIndex'],
      tables: {
        messages: ['get', 'put', 'batchPut', 'query', { index: 'list' }, { index: 'versions' }],
        configuration: [...CONFIGURING, { index: 'list' }],
        activity: ['get', 'put', 'batchPut', 'delete', 'query', { index: 'list' }],
      },
      sends: ['jobs', 'fetches', 'signatures', 'index', 'purges', 'holds'],
      locks: { set: ['messages', 'attachments'], see: ['messages', 'attachments', 'quarantine'] },
      invokes: ['search-units'],
      events: true,
      secrets: ['session-signing', 'otp-sealing', 'credential-sealing'],
      settings: ['journalDomain', 'version'],
    },
  },
  {
    name: 'run-maintenance',
    description: 'Runs maintenance jobs',
    memoryMb: TWO_CORES_MB,
    timeoutSeconds: 900,
    isolatesReading: true,
    trigger: { kind: 'queue', queue: 'jobs', batchSize: 1, windowSeconds: 0, partial: false },
    needs: {
      intake: ['list'],
      derived: ['export', 'readIndex', 'writeIndex'],
      archive: { append: ['log', 'audit'], read: ['messages', 'attachments', 'quarantine', 'log', 'audit'] },
      tables: {
        messages: ['get', 'put', 'batchPut', 'delete', 'query', { index: 'list' }, { index: 'unlogged' }],
        configuration: [...CONFIGURING, { index: 'unlogged' }],
        activity: ['get', 'put', 'batchPut', 'query', { index: 'unlogged' }],
      },
      sends: ['arrivals', 'jobs', 'signatures', 'index', 'purges'],
      locks: {
        set: ['messages', 'attachments', 'quarantine'],
        see: ['messages', 'attachments', 'quarantine'],
      },
      invokes: ['search-units'],
      events: true,
      settings: ['journalDomain'],
    },
  },
  {
    name: 'purge-messages',
    description: 'Deletes mail that nothing keeps; no other function may',
    memoryMb: TWO_CORES_MB,
    timeoutSeconds: 900,
    isolatesReading: true,
    trigger: { kind: 'queue', queue: 'purges', batchSize: 1, windowSeconds: 0, partial: false },
    needs: {
      archive: {
        append: ['log', 'audit', 'certificates'],
        read: ['messages', 'attachments', 'quarantine', 'audit'],
        purge: ['messages', 'attachments', 'quarantine'],
      },
      derived: ['readIndex', 'writeIndex', 'forget'],
      tables: {
        messages: ['get', 'put', 'batchPut', 'delete', 'query', { index: 'list' }],
        configuration: ['get', 'put', 'query'],
        activity: ['get', 'put', 'batchPut', 'query'],
      },
      sends: ['purges', 'index', 'jobs'],
      events: true,
      secrets: ['deletion-proof'],
      settings: ['journalDomain'],
    },
  },
  {
    name: 'hold-versions',
    description: 'Sets legal holds on stored versions, and lifts them; no other function may, and it deletes nothing',
    memoryMb: TWO_CORES_MB,
    timeoutSeconds: 900,
    isolatesReading: true,
    trigger: { kind: 'queue', queue: 'holds', batchSize: 1, windowSeconds: 0, partial: false },
    needs: {
      archive: {
        append: ['audit'],
        read: ['messages', 'attachments', 'audit'],
        hold: ['messages', 'attachments', 'quarantine'],
      },
      derived: ['readIndex', 'writeIndex'],
      tables: {
        messages: ['get', 'query', { index: 'list' }],
        configuration: ['get', 'query'],
        activity: ['get', 'put', 'batchPut', 'query'],
      },
      sends: ['holds'],
      invokes: ['search-units'],
      events: true,
      settings: ['journalDomain'],
    },
  },
  {
    name: 'run-fetch',
    description: 'Fetches mailboxes and synchronises their folders, as profiles say',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 900,
    trigger: { kind: 'queue', queue: 'fetches', batchSize: 1, windowSeconds: 0, partial: false },
    needs: {
      ...FILING,
      intake: ['fetch'],
      archive: {
        append: ['messages', 'attachments', 'quarantine', 'log', 'audit'],
        read: ['messages', 'attachments', 'audit'],
      },
      tables: {
        messages: ['get', 'put', 'batchPut', 'query', { index: 'list' }, { index: 'versions' }],
        configuration: [...CONFIGURING, { index: 'list' }],
        activity: ['get', 'put', 'batchPut', 'delete', 'query'],
      },
      sends: ['fetches', 'signatures', 'index'],
      secrets: ['credential-sealing'],
    },
  },
  {
    name: 'queue-due-profiles',
    description: 'Starts the archiving profiles whose time has come',
    memoryMb: 512,
    timeoutSeconds: 50,
    trigger: { kind: 'schedule', everyMinutes: 1 },
    needs: {
      tables: { configuration: ['query'], activity: ['get', 'put'] },
      sends: ['fetches'],
    },
  },
  {
    name: 'sweep',
    description: 'Takes up what crashes left, and has locked what is held',
    memoryMb: 512,
    timeoutSeconds: 240,
    trigger: { kind: 'schedule', everyMinutes: 5 },
    needs: {
      intake: ['list'],
      archive: { append: ['log'] },
      tables: {
        messages: ['get', 'put', 'query', { index: 'list' }, { index: 'unlogged' }],
        configuration: ['get', 'put', 'query', { index: 'unlogged' }],
        activity: ['get', 'put', { index: 'unlogged' }],
      },
      sends: ['arrivals', 'signatures', 'index', 'jobs', 'purges', 'holds'],
      locks: {},
    },
  },
  {
    name: 'verify-signatures',
    description: 'Verifies the signatures of filed arrivals',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 900,
    trigger: { kind: 'queue', queue: 'signatures', batchSize: 1, windowSeconds: 0, partial: true },
    needs: {
      archive: { append: ['log'], read: ['messages', 'attachments'] },
      tables: { messages: ['get', 'put', 'delete'] },
      sends: ['signatures'],
    },
  },
  {
    name: 'index-messages',
    description: 'Brings the index to the present state of mail',
    memoryMb: TWO_CORES_MB,
    timeoutSeconds: 900,
    isolatesReading: true,
    // A unit for each invocation: those of a batch would wait for one another.
    trigger: { kind: 'queue', queue: 'index', batchSize: 1, windowSeconds: 0, partial: true },
    needs: {
      archive: { read: ['messages', 'attachments'] },
      derived: ['readIndex', 'writeIndex', 'tidyIndex'],
      tables: {
        messages: ['get', 'put', 'batchPut', 'delete', 'query'],
        configuration: ['get'],
        activity: ['put'],
      },
      sends: ['index', 'jobs'],
      events: true,
      settings: ['journalDomain'],
    },
  },
  {
    name: 'search-units',
    description: 'Searches some units of the index for another function',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 60,
    temporaryStorageMb: INDEX_CACHE_MEGABYTES + TEMPORARY_STORAGE_MB,
    trigger: { kind: 'functions' },
    needs: { derived: ['readIndex'] },
  },
  {
    name: 'watch-endpoints',
    description: 'Says when a journal endpoint goes quiet or its quarantine rises',
    memoryMb: 512,
    timeoutSeconds: 300,
    trigger: { kind: 'schedule', everyMinutes: 60 },
    needs: {
      tables: { messages: ['get', 'put', 'query'], configuration: ['query'] },
      events: true,
    },
  },
  {
    name: 'anchor-audit',
    description: 'Writes down how far the audit trail has come',
    memoryMb: 512,
    timeoutSeconds: 50,
    trigger: { kind: 'schedule', everyMinutes: 1 },
    needs: {
      archive: { append: ['audit'], read: ['audit'] },
      tables: { activity: ['get', 'put', 'batchPut', 'query'] },
    },
  },
  {
    name: 'notify',
    description: 'Tells the alarm address what somebody has to look at',
    memoryMb: 256,
    timeoutSeconds: 30,
    trigger: { kind: 'alerts' },
    needs: { mail: 'alarms' },
  },
  {
    name: 'send-digest',
    description: 'Mails what did not go as planned, and says which runs were missed',
    memoryMb: 512,
    timeoutSeconds: 120,
    trigger: { kind: 'schedule', everyMinutes: 5 },
    needs: {
      tables: { configuration: ['get', 'query'], activity: ['get', 'put', 'query'] },
      events: true,
      mail: 'anybody',
    },
  },
  {
    name: 'prepare-tables',
    description: 'Creates the first administrator, and starts a rebuild beside a filled archive',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 60,
    trigger: { kind: 'hand' },
    needs: {
      archive: { append: ['log'], list: true },
      tables: { configuration: ['get', 'put'], activity: ['get', 'put'] },
      sends: ['jobs'],
      settings: ['journalDomain'],
    },
  },
];
