import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll } from 'vitest';
import { createSqsClient, createSqsQueue } from '../../shared/adapters/sqs/sqs-queue.ts';
import { queueContract } from './queue-contract.ts';
import { withTestCredentials } from './test-credentials.ts';

const REGION = 'eu-central-1';
/** More polls than any test needs. */
const MAX_POLLS = 50;

withTestCredentials(REGION);

let server: FauxqsServer;
let opened = 0;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

queueContract('sqs on fauxqs', async () => {
  const client = createSqsClient({ endpoint: server.address });
  const round = ++opened;
  const urlOf = (name: string) => server.createQueue(`${name}-${round}`, { region: REGION }).queueUrl;
  const fifoOf = (name: string) =>
    server.createQueue(`${name}-${round}.fifo`, {
      region: REGION,
      attributes: { FifoQueue: 'true', DelaySeconds: '1' },
    }).queueUrl;
  const queueUrls = {
    arrivals: urlOf('arrivals'),
    jobs: urlOf('jobs'),
    fetches: urlOf('fetches'),
    signatures: urlOf('signatures'),
    purges: urlOf('purges'),
    holds: urlOf('holds'),
    index: fifoOf('index'),
  };
  return {
    queue: createSqsQueue({ client, queueUrls }),
    async receive(name, count) {
      const QueueUrl = queueUrls[name];
      const bodies: string[] = [];
      for (let poll = 0; bodies.length < count && poll < MAX_POLLS; poll++) {
        const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 2 });
        for (const { Body = '', ReceiptHandle } of (await client.send(command)).Messages ?? []) {
          bodies.push(Body);
          await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
      return bodies;
    },
    close: async () => client.destroy(),
  };
});
