import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { StorageError } from '../../errors.ts';
import type { Events } from '../../ports/events.ts';
import { backOff } from '../aws/back-off.ts';
import { type ClientPlace, clientSettings } from '../aws/client-settings.ts';
import { translated } from '../aws/failures.ts';
import { EVENT_SOURCE } from './event-source.ts';

/** How often an event is put that the bus answered for with a failure of the entry. */
const ENTRY_ATTEMPTS = 5;

/** A client as `createEventBridgeEvents` wants it. */
export function createEventBridgeClient(place: ClientPlace = {}): EventBridgeClient {
  return new EventBridgeClient(clientSettings(place, { attempts: 5, timeoutMs: 10_000 }));
}

/** `Events` on one event bus: `source` is `EVENT_SOURCE`, `detail-type` the type, `detail` the detail. */
export function createEventBridgeEvents(options: {
  readonly client: EventBridgeClient;
  readonly eventBusName: string;
}): Events {
  const { client, eventBusName } = options;
  return {
    async publish({ type, at, detail }) {
      const entry = {
        EventBusName: eventBusName,
        Source: EVENT_SOURCE,
        DetailType: type,
        Time: at,
        Detail: JSON.stringify(detail),
      };
      await translated(`publish ${type}`, async () => {
        for (let attempt = 1; ; attempt++) {
          // The call succeeds where the entry failed: the answer says so of each.
          const { Entries: [answer] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }));
          if (answer?.EventId !== undefined) return;
          const reason = `${answer?.ErrorCode ?? 'no answer'}: ${answer?.ErrorMessage ?? ''}`;
          if (attempt === ENTRY_ATTEMPTS) throw new StorageError(`publish ${type}: ${reason}`);
          await backOff(attempt);
        }
      });
    },
  };
}
