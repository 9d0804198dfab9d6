import { coversQuarantined } from '../../domain/message-scope.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import type { LegalHold } from '../../domain/retention/legal-hold.ts';
import type { Ports } from '../../ports/ports.ts';
import { activeHolds } from './hold-book.ts';

/**
 * The active holds that cover input in quarantine, replayed or not: all whose period covers its receipt, as nobody can tell
 * whose it is. Read consistently.
 */
export async function holdsOnQuarantined(
  ports: Pick<Ports, 'tables'>,
  quarantined: Pick<Quarantined, 'receivedAt'>,
): Promise<readonly LegalHold[]> {
  return (await activeHolds(ports)).filter(({ scope }) => coversQuarantined(scope, quarantined));
}
