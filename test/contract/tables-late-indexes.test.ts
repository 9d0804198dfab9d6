import { createDelayedIndexTables } from '../../shared/adapters/memory/delayed-indexes.ts';
import { createMemoryTables } from '../../shared/adapters/memory/memory-tables.ts';
import { openSqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { tablesContract } from './tables-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

tablesContract('memory with late indexes', async () => {
  const tables = createMemoryTables({ indexDelayOperations: 10 });
  return { tables, catchUp: async () => tables.catchUp(), close: async () => {} };
});

tablesContract('sqlite with late indexes', async () => {
  const { path, remove } = await temporaryDirectory();
  const sqlite = await openSqliteTables({ path: `${path}/tables.sqlite` });
  const tables = createDelayedIndexTables({ tables: sqlite, replica: createMemoryTables(), delayWrites: 10 });
  return {
    tables,
    catchUp: tables.catchUp,
    close: async () => {
      await sqlite.close();
      await remove();
    },
  };
});
