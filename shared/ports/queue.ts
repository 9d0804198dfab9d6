/**
 * `arrivals`: what lies in intake and waits to be filed. `jobs`: slices of maintenance jobs. `fetches`: slices of the
 * jobs of archiving profiles. `signatures`: filed arrivals whose signatures wait to be verified. `index`: units of the
 * index with messages that wait to be indexed. `purges`: messages that may have to go, and slices of jobs that purge.
 * `holds`: slices of jobs that set legal holds on versions. Messages of `index` are sent in groups, those of the others
 * are not.
 */
export type QueueName = 'arrivals' | 'jobs' | 'fetches' | 'signatures' | 'index' | 'purges' | 'holds';

export interface SendOptions {
  /** Up to 15 minutes; not with a group. */
  readonly delaySeconds?: number;
  /**
   * Messages of one group are delivered one at a time, soon rather than at once: until then the same body comes once
   * for all that send it, and whoever gets it sees what any of them had done before. At most 128 letters, digits and
   * punctuation of ASCII.
   */
  readonly group?: string;
}

/** Messages are delivered at least once, in no order, and may be delivered late; at most 256 KB each. */
export interface Queue {
  /**
   * The message is as durable as the queue is before it resolves. Throws `StorageError`, and `InvalidRequestError` for
   * what no queue takes.
   */
  send(queue: QueueName, body: string, options?: SendOptions): Promise<void>;
}
