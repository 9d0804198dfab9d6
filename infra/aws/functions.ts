import type { QueueName } from '../../shared/ports/queue.ts';
import type { TableUse } from './constructs/archive-tables.ts';
import type { FunctionDefinition, FunctionNeeds } from './function-definition.ts';

/** Queues and what they do with a message that fails: deliver it so often, then call it a dead letter. */
export const QUEUES: readonly { readonly name: QueueName; readonly maxReceiveCount: number }[] = [
  { name: 'arrivals', maxReceiveCount: 5 },
  { name: 'jobs', maxReceiveCount: 5 },
  { name: 'signatures', maxReceiveCount: 5 },
];

/** A whole core: what reads mail works on one message at a time. */
const ONE_CORE_MB = 1_769;

/** Reading the configuration, and making mailboxes for addresses where an endpoint says so. */
const CONFIGURING: readonly TableUse[] = ['get', 'put'];

/** What filing does, whoever starts it. */
const FILING: FunctionNeeds = {
  intake: ['take', 'setAside'],
  archive: { append: ['messages', 'attachments', 'quarantine', 'log'], read: ['messages', 'attachments'] },
  tables: { messages: ['get', 'put', 'batchPut'], configuration: CONFIGURING, activity: ['put'] },
  sends: ['signatures'],
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
    description: 'Files what the queue gave up on alone, or quarantines it',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 300,
    trigger: { kind: 'deadLetters', queue: 'arrivals' },
    needs: FILING,
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
        read: ['messages', 'attachments', 'quarantine', 'audit'],
      },
      derived: 'export',
      tables: {
        messages: ['get', 'put', 'batchPut', 'query', { index: 'list' }, { index: 'versions' }],
        configuration: [...CONFIGURING, 'query', { index: 'list' }],
        activity: ['get', 'put', 'batchPut', 'delete', 'query', { index: 'list' }],
      },
      sends: ['jobs', 'signatures'],
      events: true,
      secrets: ['session-signing', 'otp-sealing'],
      settings: ['journalDomain', 'version'],
    },
  },
  {
    name: 'run-maintenance',
    description: 'Runs maintenance jobs',
    memoryMb: ONE_CORE_MB,
    timeoutSeconds: 900,
    trigger: { kind: 'queue', queue: 'jobs', batchSize: 1, windowSeconds: 0, partial: false },
    needs: {
      intake: ['list'],
      archive: { append: ['log', 'audit'], read: ['messages', 'attachments', 'log', 'audit'] },
      tables: {
        messages: ['get', 'put', 'query', { index: 'unlogged' }],
        configuration: [...CONFIGURING, { index: 'unlogged' }],
        activity: ['get', 'put', 'batchPut', 'query', { index: 'unlogged' }],
      },
      sends: ['arrivals', 'jobs', 'signatures'],
      events: true,
      settings: ['journalDomain'],
    },
  },
  {
    name: 'sweep',
    description: 'Takes up what crashes left',
    memoryMb: 512,
    timeoutSeconds: 240,
    trigger: { kind: 'schedule', everyMinutes: 5 },
    needs: {
      intake: ['list'],
      archive: { append: ['log'] },
      tables: {
        messages: ['get', 'put', 'query', { index: 'unlogged' }],
        configuration: ['get', 'put', { index: 'unlogged' }],
        activity: ['get', 'put', { index: 'unlogged' }],
      },
      sends: ['arrivals', 'signatures'],
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
    needs: { mail: true },
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
