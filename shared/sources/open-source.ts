import { openImap } from './imap/imap-source.ts';
import { openPop3 } from './pop3/pop3-source.ts';
import type { OpenSource } from './source.ts';

/** Signs in by the protocol that the server is named with. Throws `SourceError`. */
export const openSource: OpenSource = (server, credentials) =>
  server.protocol === 'pop3' ? openPop3(server, credentials) : openImap(server, credentials);
