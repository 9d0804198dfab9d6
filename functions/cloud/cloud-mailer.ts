import { createSesClient, createSesMailer } from '../../shared/adapters/ses/ses-mailer.ts';
import type { Mailer } from '../../shared/ports/mailer.ts';
import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** Sends mail from the address of this stage. */
export function cloudMailer(environment: Environment): Mailer {
  return createSesMailer({ client: createSesClient(), from: environment.text(VARIABLES.sender) });
}
