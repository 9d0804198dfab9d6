import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { Operations } from './operations.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol.ts';
import { emptyLog, NewerSchemaError, prepareDatabase, sweepExpired } from './schema.ts';

// The thread that owns the database of `openSqliteTables`.

/** Expired items removed per table and sweep, so that none holds up the writes behind it. */
const SWEPT_ITEMS = 1000;

const options: WorkerOptions = workerData;

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function open(): DatabaseSync | undefined {
  try {
    const database = new DatabaseSync(options.path);
    prepareDatabase(database);
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    send({ kind: 'unusable', reason, isNewer: error instanceof NewerSchemaError });
    return undefined;
  }
}

function serve(database: DatabaseSync): void {
  const operations = new Operations(database);
  let sweptAt = 0;
  parentPort?.on('message', (message: ToWorker) => {
    if (message === 'close') {
      database.close();
      send({ kind: 'closed' });
      parentPort?.close();
      return;
    }
    send({ kind: 'answers', answers: operations.run(message) });
    const now = Date.now();
    if (now - sweptAt < options.sweepIntervalMs) return;
    sweptAt = now;
    sweep(database, now);
  });
  send({ kind: 'ready' });
}

/** Tidying can wait: where it fails, so will the next write, whose caller hears of it. */
function sweep(database: DatabaseSync, now: number): void {
  try {
    sweepExpired(database, Math.floor(now / 1000), SWEPT_ITEMS);
    emptyLog(database);
  } catch {
    // Tried again after the interval.
  }
}

const database = open();
if (database) serve(database);
else parentPort?.close();
