import { createMemoryTables } from '../../shared/adapters/memory/memory-tables.ts';
import { openSqliteTables, type SqliteTables } from '../../shared/adapters/sqlite/sqlite-tables.ts';
import { tablesContract } from './tables-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

tablesContract('memory', async () => ({ tables: createMemoryTables(), close: async () => {} }));

tablesContract('sqlite', async () => {
  const { path, remove } = await temporaryDirectory();
  const options = { path: `${path}/tables.sqlite` };
  let tables: SqliteTables = await openSqliteTables(options);
  return {
    tables,
    reopen: async () => {
      await tables.close();
      tables = await openSqliteTables(options);
      return tables;
    },
    close: async () => {
      await tables.close();
      await remove();
    },
  };
});
