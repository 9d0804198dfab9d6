import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRetention } from '../../../../shared/domain/retention/decide-retention.ts';
import { factsToMatch, matchOf, policiesThatMayMatch } from '../../../../shared/domain/retention/match-policy.ts';
import { preparePolicies } from '../../../../shared/domain/retention/prepare-policies.ts';
import type { RetainedPlace, RetentionFacts } from '../../../../shared/domain/retention/retention-facts.ts';
import type { PolicyConditions, RetentionPolicy } from '../../../../shared/domain/retention/retention-policy.ts';
import { DamagedError } from '../../../../shared/errors.ts';
import { facts, JOURNALED, place, policy } from './retention-cases.ts';

const NOW = new Date('2026-04-01T00:00:00Z');

/** Somebody else's mailbox for each. */
function inFolders(...folders: readonly string[]): Partial<RetentionFacts> {
  return { places: folders.map((folder, n) => place(`mb-${n}`, { folder })) };
}

function decide(policies: readonly RetentionPolicy[], change: Partial<RetentionFacts> = {}, now = NOW) {
  return decideRetention(facts(change), preparePolicies(policies), now);
}

describe('conditions', () => {
  const minimum = { years: 1 };
  const removed = { places: [place('mb-1'), place('mb-2', { groups: ['gr-2'], isFormer: true })] };
  const others = { places: [place('mb-1'), place('mb-2', { groups: ['gr-2'] })] };
  test.each<[string, PolicyConditions, Partial<RetentionFacts>, boolean]>([
    ['none match all mail', {}, {}, true],
    ['a mailbox that it lies in', { mailboxes: ['mb-0', 'mb-1'] }, {}, true],
    ['another mailbox', { mailboxes: ['mb-2'] }, {}, false],
    ['a mailbox that it was removed from', { mailboxes: ['mb-2'] }, removed, true],
    ['a group of an owner who removed it', { groups: ['gr-2'] }, removed, true],
    ['a mailbox beside that of somebody else', { mailboxes: ['mb-2'] }, others, true],
    [
      'a mailbox, and a group that the owner of another one is in',
      { mailboxes: ['mb-1'], groups: ['gr-2'] },
      others,
      true,
    ],
    ['a mailbox of a journal', { mailboxes: ['mb-journal'] }, { places: [place('mb-1'), JOURNALED] }, true],
    ['an endpoint', { endpoints: ['ep-1'] }, {}, true],
    ['another endpoint', { endpoints: ['ep-2'] }, {}, false],
    ['a group of an owner', { groups: ['gr-1'] }, {}, true],
    ['another group', { groups: ['gr-2'] }, {}, false],
    ['the way it went', { directions: ['outgoing', 'incoming'] }, {}, true],
    ['another way', { directions: ['internal'] }, {}, false],
    ['any way, where nobody knows', { directions: ['internal'] }, { direction: undefined as never }, true],
    ['a sender', { senders: ['bob@partner.example'] }, {}, true],
    ['another sender', { senders: ['eve@partner.example'] }, {}, false],
    ['a recipient without the sub-address', { recipients: ['ann@example.org'] }, {}, true],
    ['a recipient with it', { recipients: ['ann+list@example.org'] }, {}, true],
    ['a recipient with another one', { recipients: ['ann+other@example.org'] }, {}, false],
    ['any recipient, where not all are known', { recipients: ['eve@x.example'] }, { addressesTruncated: true }, true],
    ['a domain of the sender', { domains: ['partner.example'] }, {}, true],
    ['a domain of a recipient', { domains: ['example.org'] }, {}, true],
    ['a domain above', { domains: ['example'] }, {}, false],
    ['a source', { sources: ['journal', 'fetch'] }, {}, true],
    ['another source', { sources: ['fetch'] }, {}, false],
    ['larger than', { largerThanBytes: 4_999 }, {}, true],
    ['not larger than its own size', { largerThanBytes: 5_000 }, {}, false],
    ['smaller than', { smallerThanBytes: 5_001 }, {}, true],
    ['not smaller than its own size', { smallerThanBytes: 5_000 }, {}, false],
    ['all of several', { mailboxes: ['mb-1'], directions: ['incoming'] }, {}, true],
    ['not all of several', { mailboxes: ['mb-1'], directions: ['outgoing'] }, {}, false],
    ['one that is found by another', { senders: ['bob@partner.example'], mailboxes: ['mb-2'] }, {}, false],
  ])('of a minimum: %s', (_name, conditions, change, isMatching) => {
    expect(decide([policy('rp-1', { conditions, minimum })], change).state === 'under_minimum').toBe(isMatching);
  });

  const maximum = { days: 1 };
  test.each<[string, PolicyConditions, Partial<RetentionFacts>, boolean]>([
    ['a folder that it lies in', { folders: ['inbox'] }, {}, true],
    ['a folder above', { folders: ['Projects'] }, inFolders('Projects/Old'), true],
    ['a pattern', { folders: ['*/old'] }, inFolders('Projects/Old'), true],
    ['another folder', { folders: ['Trash'] }, {}, false],
    ['a mailbox', { mailboxes: ['mb-1'] }, {}, true],
    ['a mailbox that it was removed from', { mailboxes: ['mb-2'] }, removed, false],
    ['a mailbox that alone is left', { mailboxes: ['mb-1'] }, removed, true],
    ['no mailbox that is left', { mailboxes: ['mb-2'] }, { places: [place('mb-2', { isFormer: true })] }, false],
    ['a folder that the others do not have it in', { folders: ['Trash'] }, inFolders('Trash', 'Inbox'), false],
    ['a folder that all have it in', { folders: ['Trash'] }, inFolders('Trash', 'Trash'), true],
    ['folders that each of them has it in one of', { folders: ['Trash', 'Junk'] }, inFolders('Trash', 'Junk'), true],
    [
      'one of two folders of the same mailbox',
      { folders: ['Trash'] },
      { places: [place('mb-1', { folder: 'Trash' }), place('mb-1')] },
      false,
    ],
    ['a mailbox beside that of somebody else', { mailboxes: ['mb-1'] }, others, false],
    ['all mailboxes', { mailboxes: ['mb-1', 'mb-2', 'mb-3'] }, others, true],
    ['a group that only one is in', { groups: ['gr-1'] }, others, false],
    ['groups that each is in one of', { groups: ['gr-1', 'gr-2'] }, others, true],
    [
      'all of its conditions in some place, and no place by all of them',
      { mailboxes: ['mb-1', 'mb-2'], folders: ['Trash'] },
      { places: [place('mb-1', { folder: 'Trash' }), place('mb-2')] },
      false,
    ],
    ['the mailbox of all beside a journal', { mailboxes: ['mb-1'] }, { places: [JOURNALED, place('mb-1')] }, true],
    [
      'the mailbox of a journal beside others',
      { mailboxes: ['mb-journal'] },
      { places: [JOURNALED, place('mb-1')] },
      false,
    ],
    ['the mailbox of a journal alone', { mailboxes: ['mb-journal'] }, { places: [JOURNALED] }, true],
    [
      'one of two journals alone',
      { mailboxes: ['mb-journal'] },
      { places: [JOURNALED, { ...JOURNALED, mailboxId: 'mb-other' }] },
      true,
    ],
    ['a way, where nobody knows', { directions: ['incoming'] }, { direction: undefined as never }, false],
    [
      'a recipient, where not all are known and this is none',
      { recipients: ['e@x.example'] },
      { addressesTruncated: true },
      false,
    ],
    [
      'a recipient, where not all are known and this is one',
      { recipients: ['ann@example.org'] },
      { addressesTruncated: true },
      true,
    ],
    ['a search that nobody has made', { query: 'invoice' }, {}, false],
  ])('of a maximum: %s', (_name, conditions, change, isMatching) => {
    expect(decide([policy('rp-1', { conditions, maximum })], change).state === 'expired').toBe(isMatching);
  });
});

describe('several policies', () => {
  test('the longest minimum wins, whatever the priorities', () => {
    const short = policy('rp-1', { minimum: { years: 1 }, priority: 9 });
    const long = policy('rp-2', { minimum: { years: 2 }, version: 3 });
    expect(decide([short, long])).toEqual({
      state: 'under_minimum',
      minimumUntil: new Date('2028-03-02T00:00:00Z'),
      minimumBy: { policyId: 'rp-2', version: 3 },
      unasked: [],
    });
  });

  test('the maximum of the highest priority applies, be it longer or shorter', () => {
    const high = policy('rp-1', { maximum: { years: 5 }, priority: 1 });
    const low = policy('rp-2', { maximum: { days: 1 } });
    expect(decide([low, high])).toMatchObject({ state: 'kept', maximumBy: { policyId: 'rp-1' } });
    const lowered = { ...high, priority: -1 };
    expect(decide([low, lowered])).toMatchObject({ state: 'expired', maximumBy: { policyId: 'rp-2' } });
  });

  test('of two with the same priority the longer maximum applies', () => {
    const policies = [policy('rp-1', { maximum: { days: 1 } }), policy('rp-2', { maximum: { years: 1 } })];
    expect(decide(policies)).toMatchObject({ state: 'kept', maximumBy: { policyId: 'rp-2' } });
  });

  test('a maximum is never before any minimum', () => {
    const policies = [policy('rp-1', { minimum: { years: 1 } }), policy('rp-2', { maximum: { days: 1 }, priority: 9 })];
    expect(decide(policies)).toMatchObject({ state: 'under_minimum', maximumAt: new Date('2027-03-02T00:00:00Z') });
    expect(decide(policies, {}, new Date('2027-03-02T00:00:00Z')).state).toBe('expired');
  });

  test('the default policy comes behind all others, whatever their priority', () => {
    const standard = policy('default', { isDefault: true, priority: 500, maximum: { days: 1 } });
    const other = policy('rp-1', { maximum: { years: 1 }, priority: -1_000 });
    expect(decide([standard, other])).toMatchObject({ state: 'kept', maximumBy: { policyId: 'rp-1' } });
    expect(decide([standard])).toMatchObject({ state: 'expired', maximumBy: { policyId: 'default' } });
  });

  test('retired ones apply to nothing', () => {
    const retiredAt = '2026-02-01T00:00:00.000Z';
    expect(decide([policy('rp-1', { minimum: { years: 1 }, maximum: { years: 2 }, retiredAt })])).toEqual({
      state: 'kept',
      unasked: [],
    });
  });

  test.each<[string, PolicyConditions]>([
    ['mailbox', { mailboxes: ['mb-1'] }],
    ['group', { groups: ['gr-1'] }],
    ['folder', { folders: ['Projects'] }],
  ])('what keeps longer than others do keeps for all who have it, by the %s of one', (_name, conditions) => {
    const longer = policy('rp-1', { conditions, maximum: { years: 5 }, priority: 1 });
    const all = policy('default', { isDefault: true, maximum: { days: 1 } });
    const places = [place('mb-1', { folder: 'Projects' }), place('mb-2', { groups: [] })];
    expect(decide([all, longer], { places })).toMatchObject({ state: 'kept', maximumAt: new Date('2031-03-02') });
    expect(decide([all, longer], { places: places.slice(1) })).toMatchObject({ state: 'expired' });
  });

  test('what would let it go earlier than others do waits for all who have it', () => {
    const conditions = { folders: ['Trash'] };
    const earlier = policy('rp-1', { conditions, maximum: { days: 1 }, priority: 1 });
    const all = policy('default', { isDefault: true, maximum: { years: 1 } });
    const maximumAt = new Date('2027-03-02T00:00:00Z');
    const kept = decide([all, earlier], inFolders('Trash', 'Inbox'));
    expect(kept).toMatchObject({ state: 'kept', maximumBy: { policyId: 'default' }, maximumAt });
    expect(decide([all, earlier], inFolders('Trash', 'Trash'))).toMatchObject({ state: 'expired' });
  });

  test('one that may match and has a higher priority lets a message go only once its maximum is over, too', () => {
    const conditions = { recipients: ['e@x.example'] };
    const perhaps = policy('rp-1', { conditions, maximum: { years: 1 }, priority: 1 });
    const certain = policy('rp-2', { maximum: { days: 1 } });
    const decided = decide([perhaps, certain], { addressesTruncated: true });
    expect(decided).toMatchObject({ state: 'kept', maximumAt: new Date('2027-03-02T00:00:00Z') });
  });
});

describe('searches', () => {
  const searching = policy('rp-1', { conditions: { query: 'invoice' }, maximum: { days: 1 }, priority: 1 });
  const certain = policy('rp-2', { maximum: { years: 1 } });
  const prepared = preparePolicies([searching, certain]);

  test('that nobody has made are asked for, once they could matter', () => {
    const early = decideRetention(facts(), prepared, new Date('2026-03-02T00:00:00Z'));
    expect(early).toMatchObject({ state: 'kept', unasked: [], dueAt: new Date('2026-03-03T00:00:00Z') });
    expect(decideRetention(facts(), prepared, NOW)).toMatchObject({ state: 'kept', unasked: [searching] });
  });

  test.each([
    ['everywhere', 'expired', 'rp-1'],
    ['somewhere', 'kept', 'rp-2'],
    ['nowhere', 'kept', 'rp-2'],
  ] as const)('that find it %s decide', (finding, state, policyId) => {
    const decided = decideRetention(facts(), prepared, NOW, { matchesQuery: () => finding });
    expect(decided).toMatchObject({ state, maximumBy: { policyId }, unasked: [] });
  });
});

describe('time', () => {
  test.each<[string, Partial<RetentionFacts>, string]>([
    ['of receipt', { receivedAt: new Date('2020-05-05T10:00:00Z') }, '2021-05-06'],
    ['of archiving, where the receipt is not known', { receivedAt: undefined as never }, '2027-03-02'],
    ['of archiving, where the receipt is said to be later', { receivedAt: new Date('2030-01-01') }, '2027-03-02'],
    ['of archiving, where a server gives the first of 1970', { receivedAt: new Date(0) }, '2027-03-02'],
    ['of archiving, where the receipt is no time', { receivedAt: new Date(Number.NaN) }, '2027-03-02'],
  ])('is counted from that %s', (_name, change, day) => {
    const decided = decide([policy('rp-1', { countedFrom: 'received', minimum: { years: 1 } })], change);
    expect(decided.minimumUntil?.toISOString()).toBe(`${day}T00:00:00.000Z`);
  });

  test('a clock that jumps back keeps, one that jumps ahead lets go what is over then', () => {
    const policies = [policy('rp-1', { minimum: { days: 1 }, maximum: { days: 2 } })];
    expect(decide(policies, {}, new Date('1999-01-01')).state).toBe('under_minimum');
    expect(decide(policies, {}, new Date('2026-03-03T00:00:00Z')).state).toBe('kept');
    expect(decide(policies, {}, new Date('2026-03-04T00:00:00Z')).state).toBe('expired');
  });

  test('storage that has locked it for longer keeps it, whatever a policy was shortened to', () => {
    const prepared = preparePolicies([policy('rp-1', { minimum: { days: 1 }, maximum: { days: 1 } })]);
    const lockedUntil = new Date('2030-01-01T00:00:00Z');
    const decided = decideRetention(facts(), prepared, NOW, { lockedUntil });
    expect(decided).toMatchObject({ state: 'under_minimum', minimumUntil: lockedUntil, maximumAt: lockedUntil });
    expect(decided.minimumBy).toBeUndefined();
  });

  test('of a minimum that storage has locked it for the policy is named', () => {
    const lockedUntil = new Date('2027-03-02T00:00:00Z');
    const prepared = preparePolicies([
      policy('rp-3', { minimum: { days: 1 } }),
      policy('rp-2', { minimum: { years: 1 } }),
      policy('rp-1', { minimum: { years: 1 } }),
    ]);
    const decided = decideRetention(facts(), prepared, NOW, { lockedUntil });
    expect(decided).toMatchObject({ minimumUntil: lockedUntil, minimumBy: { policyId: 'rp-1' } });
  });

  test('a record whose time of archiving cannot be read is damaged, and not free', () => {
    expect(() => decide([policy('rp-1', { minimum: { days: 1 } })], { archivedAt: new Date(Number.NaN) })).toThrow(
      DamagedError,
    );
  });
});

const id = (prefix: string) => fc.integer({ min: 0, max: 3 }).map((n) => `${prefix}${n}`);
const ids = (prefix: string) => fc.uniqueArray(id(prefix), { minLength: 1, maxLength: 3 });
const address = fc.tuple(id('p'), id('d'), fc.boolean()).map(([p, d, plus]) => `${p}${plus ? '+x' : ''}@${d}.example`);
const direction = fc.constantFrom('incoming' as const, 'outgoing' as const, 'internal' as const);
const somePlace: fc.Arbitrary<RetainedPlace> = fc
  .record({
    mailbox: fc.nat(3),
    folder: id('f'),
    groups: fc.oneof(fc.constant([]), ids('gr-')),
    isFormer: fc.boolean(),
  })
  .map(({ mailbox, isFormer, ...rest }) => ({
    ...rest,
    mailboxId: `mb-${mailbox}`,
    ...(mailbox === 0 ? { isJournal: true } : {}),
    ...(isFormer ? { isFormer } : {}),
  }));
const someFacts: fc.Arbitrary<RetentionFacts> = fc
  .record({
    archivedAt: fc.date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true }),
    ageDays: fc.integer({ min: -10, max: 4_000 }),
    endpoints: ids('ep-'),
    places: fc.array(somePlace, { maxLength: 4 }),
    direction: fc.option(direction, { nil: undefined }),
    senders: fc.array(address, { maxLength: 2 }),
    recipients: fc.array(address, { maxLength: 3 }),
    addressesTruncated: fc.boolean(),
    sizeBytes: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ ageDays, direction: way, ...rest }) => ({
    ...rest,
    sources: ['journal' as const],
    receivedAt: new Date(rest.archivedAt.getTime() - ageDays * 86_400_000),
    ...(way ? { direction: way } : {}),
  }));
const keep = fc.oneof(
  fc.record({ days: fc.nat(2_000) }),
  fc.record({ months: fc.nat(60) }),
  fc.record({ years: fc.nat(5), endOfCalendarYear: fc.constant(true as const) }),
);
const someFolders = fc.array(id('f'), { minLength: 1, maxLength: 2 });
const somePolicy: fc.Arbitrary<RetentionPolicy> = fc
  .record({
    conditions: fc.record(
      {
        endpoints: ids('ep-'),
        mailboxes: ids('mb-'),
        groups: ids('gr-'),
        directions: fc.uniqueArray(direction, { minLength: 1 }),
        senders: fc.array(address, { minLength: 1, maxLength: 2 }),
        recipients: fc.array(address, { minLength: 1, maxLength: 2 }),
        domains: fc.array(
          id('d').map((d) => `${d}.example`),
          { minLength: 1, maxLength: 2 },
        ),
        largerThanBytes: fc.nat(20),
      },
      { requiredKeys: [] },
    ),
    priority: fc.integer({ min: 0, max: 3 }),
    minimum: fc.option(keep, { nil: undefined }),
    maximum: fc.option(keep, { nil: undefined }),
    countedFrom: fc.constantFrom('archived' as const, 'received' as const),
    folders: fc.option(someFolders, { nil: undefined }),
  })
  .map(({ minimum, maximum, folders, conditions, ...rest }) =>
    policy('rp', {
      ...rest,
      // As it is with all policies: no minimum looks at folders.
      conditions: folders && !minimum ? { ...conditions, folders } : conditions,
      ...(minimum ? { minimum } : {}),
      ...(maximum ? { maximum } : {}),
    }),
  );
const somePolicies = fc
  .array(somePolicy, { maxLength: 12 })
  .map((all) => all.map((one, index) => ({ ...one, policyId: `rp-${index}` })));
const someNow = fc.date({ min: new Date('2020-01-01'), max: new Date('2032-01-01'), noInvalidDate: true });

describe('whatever the policies', () => {
  test('what anybody would keep, were it theirs alone, all keep', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, somePlace, someNow, (message, policies, another, now) => {
        const isPersonal = ({ isJournal, isFormer }: RetainedPlace) => !isJournal && !isFormer;
        fc.pre(isPersonal(another));
        const prepared = preparePolicies(policies);
        const places = [...message.places, another];
        const together = decideRetention({ ...message, places }, prepared, now);
        for (const own of places.filter(isPersonal)) {
          const alone = decideRetention({ ...message, places: [own] }, prepared, now);
          if (alone.state !== 'expired') expect(together.state).not.toBe('expired');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('an index finds all that match', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, (message, policies) => {
        const prepared = preparePolicies(policies);
        const matched = factsToMatch(message, prepared, undefined);
        const found = new Set<string>();
        policiesThatMayMatch(prepared, matched, ({ reference }) => found.add(reference.policyId));
        for (const purpose of ['minimum', 'maximum'] as const) {
          const matching = prepared.all.filter((one) => matchOf(one, matched, purpose) !== 'no');
          for (const { reference } of matching) expect(found).toContain(reference.policyId);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('each decides as it would alone', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, someNow, (message, policies, now) => {
        const together = decideRetention(message, preparePolicies(policies), now);
        const alone = policies.map((one) => decideRetention(message, preparePolicies([one]), now));
        const longest = Math.max(-1, ...alone.map(({ minimumUntil }) => minimumUntil?.getTime() ?? -1));
        expect(together.minimumUntil?.getTime() ?? -1).toBe(longest);
        const hasMaximum = alone.some(({ maximumAt }) => maximumAt !== undefined);
        expect(together.maximumAt !== undefined).toBe(hasMaximum);
      }),
      { numRuns: 500 },
    );
  });

  test('nothing under a minimum is expired, and no maximum lies before a minimum', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, someNow, (message, policies, now) => {
        const { state, minimumUntil, maximumAt, dueAt } = decideRetention(message, preparePolicies(policies), now);
        if (minimumUntil && now < minimumUntil) expect(state).toBe('under_minimum');
        else expect(state).toBe(maximumAt && maximumAt <= now ? 'expired' : 'kept');
        if (minimumUntil && maximumAt) expect(maximumAt.getTime()).toBeGreaterThanOrEqual(minimumUntil.getTime());
        expect(dueAt).toEqual(maximumAt);
      }),
      { numRuns: 500 },
    );
  });

  test('the order in which they come makes no difference', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, someNow, (message, policies, now) => {
        const one = decideRetention(message, preparePolicies(policies), now);
        expect(decideRetention(message, preparePolicies(policies.toReversed()), now)).toEqual(one);
      }),
    );
  });

  test('another policy never shortens a minimum, and time never makes expired mail live', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, somePolicy, someNow, (message, policies, more, now) => {
        const before = decideRetention(message, preparePolicies(policies), now);
        const after = decideRetention(message, preparePolicies([...policies, more]), now);
        expect(after.minimumUntil?.getTime() ?? 0).toBeGreaterThanOrEqual(before.minimumUntil?.getTime() ?? 0);
        const later = decideRetention(message, preparePolicies(policies), new Date(now.getTime() + 86_400_000));
        if (before.state === 'expired') expect(later.state).toBe('expired');
      }),
    );
  });

  test('knowing less of the addresses never lets go what would be kept', () => {
    fc.assert(
      fc.property(someFacts, somePolicies, someNow, (message, policies, now) => {
        const prepared = preparePolicies(policies);
        const known = decideRetention({ ...message, addressesTruncated: false }, prepared, now);
        const fewer = { ...message, recipients: message.recipients.slice(1), addressesTruncated: true };
        const unknown = decideRetention(fewer, prepared, now);
        if (known.state === 'under_minimum') expect(unknown.state).toBe('under_minimum');
        if (unknown.state === 'expired') expect(known.state).toBe('expired');
      }),
      { numRuns: 500 },
    );
  });
});

test('ten thousand policies decide as the one that matches', () => {
  const many = Array.from({ length: 10_000 }, (_, n) =>
    policy(`rp-${n}`, { conditions: { mailboxes: [`mb-${n}`] }, minimum: { years: 1 } }),
  );
  expect(decide(many)).toMatchObject({ state: 'under_minimum', minimumBy: { policyId: 'rp-1' } });
  expect(decide(many, { places: [place('mb-none')] })).toEqual({ state: 'kept', unasked: [] });
});
