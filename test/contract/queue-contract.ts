import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../shared/errors.ts';
import type { Queue, QueueName } from '../../shared/ports/queue.ts';

export interface QueueUnderTest {
  readonly queue: Queue;
  /** Resolves to the bodies that a queue delivers, once there are `count`. */
  readonly receive: (queue: QueueName, count: number) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Tests what `Queue` says of every adapter. */
export function queueContract(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`Queue: ${name}`, () => {
    let subject: QueueUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    test('delivers everything, to its own queue', async () => {
      const bodies = Array.from({ length: 30 }, (_, n) => `{"n":${n},"text":"ä\\n"}`);
      await Promise.all(bodies.map((body) => subject.queue.send('arrivals', body)));
      await subject.queue.send('jobs', 'a job');
      expect((await subject.receive('arrivals', 30)).toSorted()).toEqual(bodies.toSorted());
      expect(await subject.receive('jobs', 1)).toEqual(['a job']);
    });

    test('delivers a delayed message in the end', async () => {
      await subject.queue.send('jobs', 'late', { delaySeconds: 0.02 });
      expect(await subject.receive('jobs', 1)).toEqual(['late']);
    });

    test('takes 256 KB and no more', async () => {
      await subject.queue.send('jobs', 'x'.repeat(256 * 1024));
      await expect(subject.queue.send('jobs', 'x'.repeat(256 * 1024 + 1))).rejects.toThrow(InvalidRequestError);
      await expect(subject.queue.send('jobs', 'ä'.repeat(128 * 1024 + 1))).rejects.toThrow(InvalidRequestError);
      expect(await subject.receive('jobs', 1)).toHaveLength(1);
    });

    test('delivers a message of a group once for all that send it soon after each other', async () => {
      const send = (body: string, group: string) => subject.queue.send('index', body, { group });
      await Promise.all([send('a', 'one'), send('a', 'one'), send('b', 'one'), send('a', 'two'), send('a', 'one')]);
      expect((await subject.receive('index', 3)).toSorted()).toEqual(['a', 'a', 'b']);
    });

    test('refuses delays of messages of a group, and groups that SQS has no name for', async () => {
      const { queue } = subject;
      await expect(queue.send('index', 'x', { group: 'g', delaySeconds: 1 })).rejects.toThrow(InvalidRequestError);
      for (const group of ['', 'with blank', 'ä', 'x'.repeat(129)]) {
        await expect(queue.send('index', 'x', { group })).rejects.toThrow(InvalidRequestError);
      }
    });
  });
}
