import {
  createEventBridgeClient,
  createEventBridgeEvents,
} from '../../shared/adapters/eventbridge/eventbridge-events.ts';
import type { Events } from '../../shared/ports/events.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** The bus of domain events. */
export function cloudEvents(environment: Environment): Events {
  return createEventBridgeEvents({
    client: createEventBridgeClient(),
    eventBusName: environment.text(VARIABLES.eventBus),
  });
}
