import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteTables, type SqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { WorkerLink } from '../../shared/adapters/sqlite/worker-link.ts';
import { DamagedError, StorageError } from '../../shared/errors.ts';
import { item } from './tables-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('a worker that dies fails what was asked of it and all that comes after', async () => {
  const code = "require('node:worker_threads').parentPort.on('message', () => { throw new Error('died') })";
  const link = new WorkerLink(new Worker(code, { eval: true }));
  const asked = [link.ask(['get', 'messages', 'p', 's']), link.ask(['get', 'messages', 'p', 't'])];
  const outcomes = await Promise.allSettled(asked);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(StorageError) });
  await expect(link.ask(['get', 'messages', 'p', 's'])).rejects.toThrow(StorageError);
  await link.close();
});

describe('the SQLite tables', () => {
  let directory: string;
  let remove: () => Promise<void>;
  let path: string;
  let opened: SqliteTables[];
  const open = async (options = {}) => {
    const tables = await openSqliteTables({ path, ...options });
    opened.push(tables);
    return tables;
  };
  beforeEach(async () => {
    ({ path: directory, remove } = await temporaryDirectory());
    path = `${directory}/tables.sqlite`;
    opened = [];
  });
  afterEach(async () => {
    for (const tables of opened) await tables.close();
    await remove();
  });

  const change = (sql: string) => {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };

  test('refuse a database of a newer version and leave it be', async () => {
    change('PRAGMA user_version = 99');
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DamagedError);
    expect(failure).toMatchObject({ message: expect.stringContaining('schema version is 99') });
  });

  test('cannot be opened where there is no directory, or by a second owner', async () => {
    await expect(openSqliteTables({ path: `${directory}/none/x.sqlite` })).rejects.toThrow(StorageError);
    await open();
    await expect(open()).rejects.toThrow(StorageError);
  });

  test('finish what was asked before close and refuse what comes after', async () => {
    const tables = await open();
    const writes = Array.from({ length: 20 }, (_, n) => tables.put('messages', item('p', String(n))));
    const closed = tables.close();
    await expect(tables.get('messages', { pk: 'p', sk: '1' })).rejects.toThrow(StorageError);
    await Promise.all([...writes, closed, tables.close()]);
    const again = await open();
    expect((await again.query('messages', 'p', { limit: 100 })).items).toHaveLength(20);
  });

  test('one statement that fails fails its own caller only', async () => {
    await (await open()).close();
    change(
      `CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.sk = 'bad' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    );
    const tables = await open();
    const outcomes = await Promise.allSettled(
      ['a', 'bad', 'b'].map((sk) => tables.putIfAbsent('messages', item('p', sk))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(StorageError) });
    expect((await tables.query('messages', 'p', { limit: 10 })).items).toHaveLength(2);
  });

  test('a batch that is rolled back fails all its callers and leaves nothing', async () => {
    await (await open()).close();
    change(
      `CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.sk = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END`,
    );
    const tables = await open();
    const outcomes = await Promise.allSettled(
      ['a', 'bad', 'b'].map((sk) => tables.putIfAbsent('messages', item('p', sk))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect((await tables.query('messages', 'p', { limit: 10 })).items).toEqual([]);
    expect(await tables.putIfAbsent('messages', item('p', 'a'))).toBe('stored');
  });

  test('a commit that fails fails all its callers', async () => {
    await (await open()).close();
    change(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER refuse AFTER INSERT ON messages WHEN NEW.sk = 'bad' BEGIN INSERT INTO child VALUES (1); END`);
    const tables = await open();
    const outcomes = await Promise.allSettled(['a', 'bad'].map((sk) => tables.put('messages', item('p', sk))));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await tables.query('messages', 'p', { limit: 10 })).items).toEqual([]);
  });

  test('drop expired items in time', async () => {
    const tables = await open({ sweepIntervalMs: 0 });
    await tables.put('activity', { ...item('p', 'expired'), expiresAt: 1 });
    await tables.put('activity', { ...item('p', 'lives'), expiresAt: 4_000_000_000 });
    const { items } = await tables.query('activity', 'p', { limit: 10 });
    expect(items.map(({ sk }) => sk)).toEqual(['lives']);
  });

  test('leave nothing of what was deleted on the disk for long', async () => {
    const tables = await open({ sweepIntervalMs: 0 });
    await tables.put('messages', { ...item('p', 'gone'), data: { subject: 'a word of purged mail' } });
    await tables.put('messages', { ...item('p', 'gone'), version: 2, data: {} });
    await tables.get('messages', { pk: 'p', sk: 'gone' });
    const files = (await readdir(directory)).map((name) => join(directory, name));
    for (const file of files) expect(await readFile(file, 'latin1')).not.toContain('purged mail');
  });

  test.each([
    ['query', 'messages', "pk = 'p' AND sk > 'a' ORDER BY sk LIMIT 2", 'PRIMARY KEY (pk=? AND sk>?)'],
    [
      'index',
      'messages',
      "list_pk = 'p' AND (list_sk, pk, sk) > ('a', 'b', 'c') ORDER BY list_sk, pk, sk LIMIT 2",
      'INDEX messages_list (list_pk=? AND (list_sk,pk,sk)>(?,?,?))',
    ],
    ['expiry', 'messages', 'expires_at < 5 ORDER BY expires_at LIMIT 2', 'messages_expires (expires_at<?)'],
  ])('seek by %s instead of scanning', async (_name, table, where, plan) => {
    await (await open()).close();
    const database = new DatabaseSync(path);
    const steps = database.prepare(`EXPLAIN QUERY PLAN SELECT json FROM ${table} WHERE ${where}`).all();
    database.close();
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ detail: expect.stringContaining(plan) });
  });
});
