import type { CloudWorld } from './cloud-world.ts';
import { sqsEvent } from './events.ts';

/** How many messages of a queue were delivered. */
const delivered = new WeakMap<CloudWorld, Map<string, number>>();

/** Delivers what was sent to the queue of purges since; the first slice of a job is over before it began. */
export async function runPurges(world: CloudWorld): Promise<void> {
  await runSlices(world, 'letterlock-example-purges', 'purge-messages');
}

/** The same for the queue of holds. */
export async function runHolds(world: CloudWorld): Promise<void> {
  await runSlices(world, 'letterlock-example-holds', 'hold-versions');
}

async function runSlices(world: CloudWorld, queue: string, name: string): Promise<void> {
  const counts = delivered.get(world) ?? new Map<string, number>();
  delivered.set(world, counts);
  const begun = new Set<string>();
  for (let next = counts.get(queue) ?? 0; next < world.aws.sent(queue).length; next += 1) {
    counts.set(queue, next + 1);
    const nudge = world.aws.sent(queue)[next] ?? '';
    await world.invoke(name, sqsEvent(queue, nudge), begun.has(nudge) ? 900_000 : 100_000);
    begun.add(nudge);
  }
}
