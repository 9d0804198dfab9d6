import type { Ports } from '../../shared/ports/ports.ts';
import type { FilingDirectory } from '../../shared/usecases/filing-directory.ts';
import { ensureAdministrator } from '../../shared/usecases/identity/administrators.ts';
import { generatePassword } from '../../shared/usecases/identity/generate-password.ts';
import type { IdentityContext } from '../../shared/usecases/identity/identity-context.ts';
import { rebuildTables } from '../../shared/usecases/maintenance/rebuild-tables.ts';
import { startReindex } from '../../shared/usecases/search/index/start-reindex.ts';

/** Says that the tables have been filled: where it is missing beside a filled archive, the tables were lost. */
const MARK = { pk: 'settings', sk: 'tables' } as const;

/**
 * Makes empty tables fit for use: rebuilds them where the archive is there already, and creates the
 * administrator. Answers the password that was made up for it, if one was.
 */
export async function prepareTables(
  ports: Ports,
  directory: FilingDirectory,
  identity: IdentityContext,
  adminPassword: string | undefined,
): Promise<string | undefined> {
  const mark = await ports.tables.get('configuration', MARK);
  if (!mark && (await hasObjects(ports))) {
    ports.logs.warn('tables are missing beside a filled archive; rebuilding them, about a minute per 50,000 messages');
    ports.logs.warn('tables rebuilt from the archive', { ...(await rebuildTables(ports, directory)).counts });
    // What waited to be indexed, or to leave the index, was in the tables.
    await startReindex(ports);
  }
  const password = adminPassword ?? generatePassword(ports);
  const administrator = await ensureAdministrator(identity, { password, isMadeUp: adminPassword === undefined });
  if (!mark) await ports.tables.put('configuration', { ...MARK, version: 1, data: { format: 1 } });
  return administrator === 'created' && adminPassword === undefined ? password : undefined;
}

async function hasObjects({ archive }: Ports): Promise<boolean> {
  for await (const _ of archive.list('')) return true;
  return false;
}
