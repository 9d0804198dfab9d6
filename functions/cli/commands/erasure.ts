import { runAction } from '../actions.ts';
import type { Command } from '../command.ts';
import {
  deletingActions,
  QUARANTINE_HELP,
  QUARANTINE_USAGE,
  quarantineActions,
  REQUEST_HELP,
  REQUEST_OPTIONS,
  REQUEST_USAGE,
  requestActions,
} from '../request-actions.ts';

const PATH = '/erasure-requests';

/** Requests of people who want mail about them gone (GDPR 17). */
export const erasure: Command = {
  name: 'erasure',
  usage: `[${REQUEST_USAGE} | ${QUARANTINE_USAGE} | approve ID | resume ID] [OPTION]...`,
  summary: 'erasure requests: find what is about a person, look at it, approve, delete with a certificate',
  details: [
    ...REQUEST_HELP,
    ...QUARANTINE_HELP,
    'ACTION is purge, remove (from the mailboxes where it was found) or keep. What a minimum or a hold keeps stays,',
    'restricted, and goes when that is over: it is looked at each day, and with resume at once.',
  ],
  options: REQUEST_OPTIONS,
  words: { least: 0, most: 4 },
  run: (invocation) =>
    runAction(erasure, { ...requestActions(PATH), ...quarantineActions(PATH), ...deletingActions(PATH) }, invocation),
};
