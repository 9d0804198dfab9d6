/**
 * `arrivals`: what lies in intake and waits to be filed. `jobs`: slices of maintenance and fetch jobs.
 * `signatures`: filed arrivals whose signatures wait to be verified.
 */
export type QueueName = 'arrivals' | 'jobs' | 'signatures';

/** Messages are delivered at least once, in no order, and may be delivered late; at most 256 KB each. */
export interface Queue {
  /** The message is as durable as the queue is before it resolves. Delays go up to 15 minutes. Throws `StorageError`, and `InvalidRequestError` for what no queue takes. */
  send(queue: QueueName, body: string, options?: { readonly delaySeconds?: number }): Promise<void>;
}
