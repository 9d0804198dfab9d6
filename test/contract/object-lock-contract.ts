import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NotFoundError, ObjectLockedError } from '../../shared/errors.ts';
import type { ObjectStore } from '../../shared/ports/object-store.ts';
import { broken, bytes, collected } from './bytes.ts';
import type { ObjectStoreUnderTest } from './object-store-contract.ts';

const HOUR_MS = 3_600_000;

export interface ObjectLockUnderTest extends ObjectStoreUnderTest {
  /** The store's time. */
  readonly now: () => Date;
  /** Lets time pass; left out where the store's clock is not ours. */
  readonly advance?: (milliseconds: number) => void;
  /** Whether a put without conditions replaces the locked bytes; stores with versions keep them beside the new ones. */
  readonly keepsOneVersion: boolean;
}

/** Tests what `ObjectStore` says of locks, of every adapter that has them. */
export function objectLockContract(name: string, open: () => Promise<ObjectLockUnderTest>): void {
  describe(`ObjectStore locks: ${name}`, () => {
    let subject: ObjectLockUnderTest;
    let store: ObjectStore;
    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.close());

    const later = (hours: number) => new Date(subject.now().getTime() + hours * HOUR_MS);
    const versionOf = async (key: string) => (await store.head(key))?.versionId ?? '';
    const deleteVersion = async (key: string) => await store.deleteVersion(key, await versionOf(key));

    test('a retained version cannot be deleted, and head says until when', async () => {
      const retainUntil = later(1);
      await store.put('a/k', bytes('x'), { ifAbsent: true, lock: { retainUntil } });
      expect((await store.head('a/k'))?.retainUntil).toEqual(retainUntil);
      await expect(deleteVersion('a/k')).rejects.toThrow(ObjectLockedError);
      expect(await store.get('a/k')).toBeDefined();
    });

    test('a version under legal hold cannot be deleted until the hold is lifted', async () => {
      await store.put('k', bytes('x'), { lock: { legalHold: true } });
      expect((await store.head('k'))?.legalHold).toBe(true);
      await expect(deleteVersion('k')).rejects.toThrow(ObjectLockedError);
      await store.setLegalHold('k', await versionOf('k'), false);
      expect((await store.head('k'))?.legalHold ?? false).toBe(false);
      await deleteVersion('k');
      expect(await store.get('k')).toBeUndefined();
    });

    test('a legal hold can be set later and leaves the retention be', async () => {
      const retainUntil = later(2);
      await store.put('k', bytes('x'), { lock: { retainUntil } });
      await store.setLegalHold('k', await versionOf('k'), true);
      expect(await store.head('k')).toMatchObject({ retainUntil, legalHold: true });
      await store.setLegalHold('k', await versionOf('k'), false);
      await expect(deleteVersion('k')).rejects.toThrow(ObjectLockedError);
    });

    test('retention is prolonged, never shortened', async () => {
      await store.put('k', bytes('x'));
      const versionId = await versionOf('k');
      await store.retain('k', versionId, later(5));
      await store.retain('k', versionId, later(6));
      await expect(store.retain('k', versionId, later(4))).rejects.toThrow(ObjectLockedError);
      expect((await store.head('k'))?.retainUntil).toEqual(later(6));
    });

    test('what is absent cannot be retained or held', async () => {
      await expect(store.retain('none', 'null', later(1))).rejects.toThrow(NotFoundError);
      await expect(store.setLegalHold('none', 'null', true)).rejects.toThrow(NotFoundError);
      await store.put('k', bytes('x'));
      await expect(store.retain('k', 'no-such-version', later(1))).rejects.toThrow(NotFoundError);
      await expect(store.setLegalHold('k', 'no-such-version', true)).rejects.toThrow(NotFoundError);
    });

    test('a put that finds the object leaves its lock be', async () => {
      const retainUntil = later(3);
      await store.put('k', bytes('x'), { ifAbsent: true, lock: { retainUntil } });
      await store.put('k', bytes('y'), { ifAbsent: true, lock: { retainUntil: later(9), legalHold: true } });
      await store.put('k', bytes('y'), { ifAbsent: true });
      const head = await store.head('k');
      expect(head?.retainUntil).toEqual(retainUntil);
      expect(head?.legalHold ?? false).toBe(false);
    });

    test('the lock is that of the put which won', async () => {
      for (let round = 0; round < 10; round++) {
        const key = `race/${round}`;
        const outcomes = await Promise.all(
          [1, 2, 3, 4].map((hours) =>
            store.put(key, bytes(`${hours}`), { ifAbsent: true, lock: { retainUntil: later(hours) } }),
          ),
        );
        const winner = outcomes.findIndex(({ outcome }) => outcome === 'stored') + 1;
        expect((await store.head(key))?.retainUntil).toEqual(later(winner));
      }
    });

    test('a put whose body throws leaves no lock behind', async () => {
      const lock = { legalHold: true };
      await expect(store.put('k', broken(new Error('gone')), { lock })).rejects.toThrow('gone');
      await store.put('k', bytes('x'), { ifAbsent: true });
      await deleteVersion('k');
    });

    test('the next object of a key does not inherit a lock', async () => {
      await store.put('k', bytes('x'), { lock: { legalHold: true } });
      await store.setLegalHold('k', await versionOf('k'), false);
      await deleteVersion('k');
      await store.put('k', bytes('y'), { ifAbsent: true });
      expect((await store.head('k'))?.retainUntil).toBeUndefined();
    });

    test('locks of keys that look like lock files do not meet', async () => {
      await store.put('a', bytes('x'), { lock: { legalHold: true } });
      await store.put('a.json/b', bytes('x'), { lock: { legalHold: true } });
      await expect(deleteVersion('a')).rejects.toThrow(ObjectLockedError);
      await expect(deleteVersion('a.json/b')).rejects.toThrow(ObjectLockedError);
    });

    test('a retention that is over no longer protects', async ({ skip }) => {
      if (!subject.advance) return skip();
      await store.put('k', bytes('x'), { lock: { retainUntil: later(1) } });
      subject.advance(2 * HOUR_MS);
      await deleteVersion('k');
      expect(await store.get('k')).toBeUndefined();
    });

    test('delete and replacing puts stop at a lock too, where they would take the bytes away', async ({ skip }) => {
      if (!subject.keepsOneVersion) return skip();
      await store.put('k', bytes('x'), { lock: { retainUntil: later(1) } });
      const ifMatch = (await store.head('k'))?.etag ?? '';
      await expect(store.delete('k')).rejects.toThrow(ObjectLockedError);
      await expect(store.put('k', bytes('y'))).rejects.toThrow(ObjectLockedError);
      await expect(store.put('k', bytes('y'), { ifMatch })).rejects.toThrow(ObjectLockedError);
      expect(Buffer.from((await store.get('k'))?.body ?? []).toString()).toBe('x');
    });

    test('a locked version stays beside what is put or deleted over it', async ({ skip }) => {
      if (subject.keepsOneVersion) return skip();
      await store.put('k', bytes('x'), { lock: { retainUntil: later(1) } });
      const locked = await versionOf('k');
      await store.put('k', bytes('y'));
      const next = await versionOf('k');
      expect(next).not.toBe(locked);
      await store.delete('k');
      expect(await store.get('k')).toBeUndefined();
      const versions = (await collected(store.listVersions('k'))).map(({ versionId }) => versionId);
      expect(versions.toSorted()).toEqual([locked, next].toSorted());
      await expect(store.deleteVersion('k', locked)).rejects.toThrow(ObjectLockedError);
      await store.deleteVersion('k', next);
      expect(await collected(store.listVersions('k'))).toMatchObject([{ versionId: locked, sizeBytes: 1 }]);
    });

    test('locks are kept for the next process', async ({ skip }) => {
      if (!subject.reopen) return skip();
      await store.put('k', bytes('x'), { lock: { retainUntil: later(1), legalHold: true } });
      const next = await subject.reopen();
      expect(await next.head('k')).toMatchObject({ retainUntil: later(1), legalHold: true });
      await expect(next.deleteVersion('k', await versionOf('k'))).rejects.toThrow(ObjectLockedError);
    });
  });
}
