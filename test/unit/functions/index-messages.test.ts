import type { Context, SQSEvent } from 'aws-lambda';
import { beforeEach, expect, test } from 'vitest';
import { createHandler } from '../../../functions/index-messages/handler.ts';
import { QueueMessages } from '../../../shared/adapters/memory/queue-messages.ts';
import { StorageError } from '../../../shared/errors.ts';
import { type IndexWorld, indexWorld, letter } from '../usecases/search/index/index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
  await world.file(letter(1), letter(2));
  world.sent.splice(0);
});

function eventOf(...bodies: readonly string[]): SQSEvent {
  const messages = new QueueMessages('index', world.clock);
  for (const body of bodies) messages.add(body, 0);
  return { Records: messages.take(bodies.length).map((message) => messages.recordOf(message)) };
}

const lambda = (remainingMs: number): Context => {
  const context: Partial<Context> = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => remainingMs };
  return context as Context;
};

test('indexes the units that messages name', async () => {
  const event = eventOf(JSON.stringify({ unit: world.ann.mailboxId }), JSON.stringify({ unit: world.bob.mailboxId }));
  expect(await createHandler(world.contextOn())(event, lambda(900_000))).toEqual({ batchItemFailures: [] });
  for (const unit of [world.ann, world.bob]) expect(await world.found(unit)).toHaveLength(2);
});

test('has delivered again what failed, and only that', async () => {
  const event = eventOf(JSON.stringify({ unit: world.ann.mailboxId }), JSON.stringify({ unit: world.bob.mailboxId }));
  const { derived } = world.ports;
  const put: typeof derived.put = async (key, ...rest) => {
    if (key.includes(world.ann.mailboxId)) throw new StorageError('writing', { cause: new Error('down') });
    return await derived.put(key, ...rest);
  };
  const answer = await createHandler(world.contextOn({ derived: { ...derived, put } }))(event, lambda(900_000));
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }] });
  expect(await world.found(world.bob)).toHaveLength(2);
});

test('leaves the rest to another invocation where time is short', async () => {
  const event = eventOf(JSON.stringify({ unit: world.ann.mailboxId }));
  expect(await createHandler(world.contextOn())(event, lambda(1_000))).toEqual({ batchItemFailures: [] });
  expect(await world.pending(world.ann)).toBe(1);
  expect(world.sent).toEqual([{ queue: 'index', body: JSON.stringify({ unit: world.ann.mailboxId }) }]);
});

test.each(['{}', '{"unit":7}', '{"unit":"a/b"}', 'null'])('passes over %s, which names nothing', async (body) => {
  expect(await createHandler(world.contextOn())(eventOf(body), lambda(900_000))).toEqual({ batchItemFailures: [] });
});
