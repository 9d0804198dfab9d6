import type { ArchiveLog } from './archive-log.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Clock } from './clock.ts';
import type { Dns } from './dns.ts';
import type { Entropy } from './entropy.ts';
import type { Events } from './events.ts';
import type { LogSink } from './log-sink.ts';
import type { MailReader } from './mail-reader.ts';
import type { ObjectStore } from './object-store.ts';
import type { Queue } from './queue.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

/** Everything a use case may touch outside itself; each names the ones it needs with `Pick`. */
export interface Ports {
  /** Arrivals not yet filed. */
  readonly intake: ObjectStore;
  /** What is kept for ever: arrivals, attachments, quarantine, log. */
  readonly archive: ObjectStore;
  /** What can be made again: search segments, exports. */
  readonly derived: ObjectStore;
  readonly tables: Tables;
  readonly log: ArchiveLog;
  readonly audit: AuditTrail;
  readonly queue: Queue;
  readonly dns: Dns;
  readonly events: Events;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly secrets: Secrets;
  readonly logs: LogSink;
  readonly reader: MailReader;
}
