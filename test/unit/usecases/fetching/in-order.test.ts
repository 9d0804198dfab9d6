import { expect, test } from 'vitest';
import { InOrder } from '../../../../shared/usecases/fetching/in-order.ts';

/** Pieces of work that end when they are told to. */
function pieces() {
  const followed: string[] = [];
  const begun: string[] = [];
  const ends = new Map<string, { readonly well: () => void; readonly badly: () => void }>();
  return {
    begun,
    followed,
    end: (name: string) => ends.get(name)?.well(),
    fail: (name: string) => ends.get(name)?.badly(),
    add: (order: InOrder, name: string, share = 1) =>
      order.add(
        share,
        () => {
          begun.push(name);
          return new Promise<void>((resolve, reject) => {
            ends.set(name, { well: resolve, badly: () => reject(new Error(name)) });
          });
        },
        async () => void followed.push(name),
      ),
  };
}

test('what follows comes in the order of the work, whatever ends first', async () => {
  const { add, end, followed } = pieces();
  const order = new InOrder(2);
  await add(order, 'a');
  await add(order, 'b');
  end('b');
  const ended = order.end();
  end('a');
  await ended;
  expect(followed).toEqual(['a', 'b']);
});

test('starts as many small pieces as a limit has room for', async () => {
  const { add, end, begun } = pieces();
  const order = new InOrder(1);
  for (const name of ['a', 'b', 'c', 'd']) await add(order, name, 0.25);
  const more = add(order, 'e', 0.25);
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  end('a');
  await more;
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('lets a piece that is larger than the limit go alone', async () => {
  const { add, end, begun } = pieces();
  const order = new InOrder(1);
  await add(order, 'small', 0.1);
  const large = add(order, 'large', 5);
  expect(begun).toEqual(['small']);
  end('small');
  await large;
  expect(begun).toEqual(['small', 'large']);
});

test('what only follows takes no room', async () => {
  const { add, end, followed } = pieces();
  const order = new InOrder(1);
  await add(order, 'a');
  for (const name of ['b', 'c']) await order.follow(async () => void followed.push(name));
  end('a');
  await order.end();
  expect(followed).toEqual(['a', 'b', 'c']);
});

test('nothing follows what was added behind a failure', async () => {
  const { add, end, fail, followed } = pieces();
  const order = new InOrder(2);
  await add(order, 'a');
  await add(order, 'b');
  fail('a');
  end('b');
  await expect(add(order, 'c')).rejects.toThrow('a');
  await order.end();
  expect(followed).toEqual([]);
});
