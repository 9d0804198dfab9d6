import { describe, expect, test } from 'vitest';
import { visibleBcc, visibleReport } from '../../../shared/domain/bcc-visibility.ts';
import { type JournalRecipient, type JournalReport, unionOf } from '../../../shared/domain/journal-report.ts';

const reader = (...own: readonly string[]) => ({ seesAll: false, ownAddresses: new Set(own) });
const AUDITOR = { seesAll: true, ownAddresses: new Set<string>() };
const visible = { to: [{ address: 'Bert@example.org' }, { address: 'team@example.org' }], cc: [{ address: 'cc@b.c' }] };
const reportOf = (...recipients: readonly JournalRecipient[]): JournalReport => ({
  sender: 'anna@example.org',
  recipients,
});

describe('visibleBcc', () => {
  test('shows all to whoever may see all, others their own address in any case', () => {
    const bcc = [{ address: 'DORA@example.org' }, { address: 'erik@example.org' }];
    expect(visibleBcc(bcc, AUDITOR)).toEqual(bcc);
    expect(visibleBcc(bcc, reader('dora@example.org'))).toEqual([{ address: 'DORA@example.org' }]);
    expect(visibleBcc(bcc, reader('bert@example.org'))).toEqual([]);
  });
});

const rows: readonly [reason: string, line: JournalRecipient, shown: JournalRecipient | undefined][] = [
  ['To of the header', { address: 'bert@example.org', kind: 'to' }, { address: 'bert@example.org', kind: 'to' }],
  ['Cc of the header', { address: 'CC@b.c', kind: 'recipient' }, { address: 'CC@b.c', kind: 'recipient' }],
  ['To that is not in the header', { address: 'x@b.c', kind: 'to' }, undefined],
  ['Recipient that is not in the header', { address: 'x@b.c', kind: 'recipient' }, undefined],
  ['Bcc', { address: 'x@b.c', kind: 'bcc' }, undefined],
  ['Bcc to somebody in the header as well', { address: 'bert@example.org', kind: 'bcc' }, undefined],
  [
    'member of a group in the header',
    { address: 'x@b.c', kind: 'to', expanded: 'team@example.org' },
    { address: 'x@b.c', kind: 'to', expanded: 'team@example.org' },
  ],
  ['member of a group in the Bcc', { address: 'x@b.c', kind: 'bcc', expanded: 'board@example.org' }, undefined],
  ['member of an unknown group', { address: 'x@b.c', kind: 'recipient', expanded: 'board@example.org' }, undefined],
  [
    'forwarding of somebody in the header',
    { address: 'x@b.c', kind: 'to', forwarded: 'bert@example.org' },
    { address: 'x@b.c', kind: 'to', forwarded: 'bert@example.org' },
  ],
  ['forwarding of a blind recipient', { address: 'x@b.c', kind: 'recipient', forwarded: 'y@b.c' }, undefined],
  [
    'To of the header who is in a blind group: the group stays hidden',
    { address: 'bert@example.org', kind: 'to', expanded: 'board@example.org' },
    { address: 'bert@example.org', kind: 'to' },
  ],
  ['the reader’s own', { address: 'Own@b.c', kind: 'bcc' }, { address: 'Own@b.c', kind: 'bcc' }],
  [
    'the reader, through a blind group: the group stays hidden',
    { address: 'own@b.c', kind: 'bcc', expanded: 'board@example.org' },
    { address: 'own@b.c', kind: 'bcc' },
  ],
  [
    'the reader, through a blind recipient’s forwarding',
    { address: 'own@b.c', kind: 'recipient', forwarded: 'secret@b.c' },
    { address: 'own@b.c', kind: 'recipient' },
  ],
];

describe('visibleReport', () => {
  test.each(rows)('%s', (_, line, shown) => {
    expect(visibleReport(reportOf(line), visible, reader('own@b.c')).recipients).toEqual(shown ? [shown] : []);
    expect(visibleReport(reportOf(line), visible, AUDITOR).recipients).toEqual([line]);
  });

  test('hides the owner of the mailbox, who may be a blind recipient', () => {
    const report = { ...reportOf(), mailbox: 'secret@b.c' };
    expect(visibleReport(report, visible, reader('own@b.c'))).not.toHaveProperty('mailbox');
    expect(visibleReport(report, visible, AUDITOR)).toHaveProperty('mailbox', 'secret@b.c');
    expect(visibleReport(report, visible, reader('secret@b.c'))).toHaveProperty('mailbox', 'secret@b.c');
  });

  test('shows nobody where the header names nobody', () => {
    const report = reportOf({ address: 'x@b.c', kind: 'to', expanded: '' }, { address: 'y@b.c', kind: 'to' });
    expect(visibleReport(report, { to: [], cc: [] }, reader()).recipients).toEqual([]);
    const nameOnly = { to: [{ name: 'Undisclosed', address: '' }], cc: [] };
    expect(visibleReport(report, nameOnly, reader()).recipients).toEqual([]);
  });
});

describe('unionOf', () => {
  test('is the first word on everything and every recipient once, in any case', () => {
    const first = { ...reportOf({ address: 'A@b.c', kind: 'to' }), subject: 'first' };
    const second = {
      ...reportOf({ address: 'a@b.c', kind: 'to' }, { address: 'd@e.f', kind: 'bcc' }),
      sender: 'x@y.z',
    };
    expect(unionOf([first, second])).toEqual({
      sender: 'anna@example.org',
      subject: 'first',
      recipients: [
        { address: 'A@b.c', kind: 'to' },
        { address: 'd@e.f', kind: 'bcc' },
      ],
    });
    expect(unionOf([])).toBeUndefined();
  });

  test('keeps one address reached in two ways', () => {
    const ways = [
      { address: 'a@b.c', kind: 'to' },
      { address: 'a@b.c', kind: 'to', expanded: 'g@b.c' },
    ] as const;
    expect(unionOf([reportOf(ways[0]), reportOf(ways[1])])?.recipients).toEqual(ways);
  });
});
