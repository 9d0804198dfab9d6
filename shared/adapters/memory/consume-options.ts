import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

export interface ConsumeOptions {
  /** Most records in one event. */
  readonly batchSize: number;
  /** How long a message waits for others to fill a batch. */
  readonly windowMs: number;
  /** Most handlers running at a time. */
  readonly concurrency: number;
  /** How often a message is delivered before it goes to `onDeadLetter`. */
  readonly maxReceiveCount: number;
  /** Takes what failed too often; where it fails, the message is delivered again. */
  readonly onDeadLetter: (record: SQSRecord) => Promise<void> | void;
}

/** As a Lambda function on an SQS event source with `ReportBatchItemFailures`; what it throws fails the batch. */
export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;
