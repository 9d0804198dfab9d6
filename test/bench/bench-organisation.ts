import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { createConfigurationContext } from '../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../shared/usecases/endpoints/create-endpoint.ts';
import { bookDirectory } from '../../shared/usecases/filing/book-directory.ts';
import type { FilingDirectory } from '../../shared/usecases/filing-directory.ts';
import { createMailbox } from '../../shared/usecases/mailboxes/create-mailbox.ts';

export const quietLogs: LogSink = { info: () => undefined, warn: () => undefined, error: console.error };

/** An endpoint, and mailboxes for the addresses given; what an arrival at the endpoint comes with. */
export async function benchDirectory(
  ports: Ports,
  addresses: readonly string[],
): Promise<{ readonly directory: FilingDirectory; readonly facts: () => ArrivalFacts }> {
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.localhost' });
  const { endpointId, localPart } = await createEndpoint(configuration, { name: 'bench' });
  for (const primaryAddress of addresses) await createMailbox(configuration, { name: primaryAddress, primaryAddress });
  const envelope = {
    mailFrom: 'journal@bench.example',
    rcptTo: [`${localPart}@journal.localhost`],
    remoteAddress: '127.0.0.1',
  };
  return {
    directory: bookDirectory(configuration),
    facts: () => ({
      receivedAt: ports.clock.now().toISOString(),
      source: { kind: 'journal', endpointIds: [endpointId] },
      envelope,
    }),
  };
}
