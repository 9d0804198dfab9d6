import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../../shared/domain/session.ts';
import { NotFoundError } from '../../../../shared/errors.ts';
import { findSavedSearch, saveSearch } from '../../../../shared/usecases/search/saved-searches.ts';
import { createSettledWorld } from '../configuration-world.ts';

const caller = (userId: string): Caller => ({ userId, userName: userId, privileges: ['login'], sessionId: 's' });
const wanted = { name: 'Invoices', q: 'invoice', shared: true };

describe('a saved search', () => {
  test('is written to the log whole, so that it outlives the tables', async () => {
    const { identity, logged } = await createSettledWorld();
    const { owner: _owner, ...saved } = await saveSearch(identity, caller('ann'), wanted);
    const last = logged.at(-1);
    expect([last?.table, last?.item.pk, last?.item.data]).toEqual([
      'configuration',
      `saved-search#${saved.savedSearchId}`,
      saved,
    ]);
  });

  test('of somebody who is no user any more is found by nobody, though a crash left it', async () => {
    const { identity } = await createSettledWorld();
    const { savedSearchId } = await saveSearch(identity, caller('gone'), wanted);
    await expect(findSavedSearch(identity, caller('bob'), savedSearchId)).rejects.toThrow(NotFoundError);
  });
});
