import { expect, test } from 'vitest';
import { createHandler as createPurgeMessages } from '../../../functions/purge-messages/handler.ts';
import { createHandler as createSweep } from '../../../functions/sweep/handler.ts';
import { localContext } from '../../../infra/local/local-context.ts';
import { publishedKey } from '../../../shared/usecases/deletion/signing-key.ts';
import { scheduledEvent, sqsEvent } from '../../cloud/events.ts';
import { deletionWorld } from '../usecases/deletion/deletion-world.ts';

test('the key of certificates is there after a sweep, before anything was purged', async () => {
  const { ports, context, sent } = await deletionWorld();
  await createSweep(ports)(scheduledEvent(), localContext());
  const purge = createPurgeMessages(context);
  for (const { queue, body } of sent) if (queue === 'purges') await purge(sqsEvent(queue, body), localContext());
  expect(await publishedKey(ports)).toBe(context.proof.publicKey);
  sent.length = 0;
  await createSweep(ports)(scheduledEvent(), localContext());
  expect(sent.filter(({ queue }) => queue === 'purges')).toEqual([]);
});
