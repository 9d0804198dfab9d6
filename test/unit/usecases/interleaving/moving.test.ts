import { describe, expect, test } from 'vitest';
import { moveFiling } from '../../../../shared/usecases/filings/move-filing.ts';
import { putFiling } from '../../../../shared/usecases/filings/put-filing.ts';
import { markPrivate } from '../../../../shared/usecases/private-mail/mark-private.ts';
import { putFiling as fileBefore } from '../filed-mail.ts';
import { explore } from './explorer.ts';
import { ARCHIVE_ID, BY, type Deed, type End, MAILBOX, movingWorld, purge } from './moving-world.ts';

const move = (originFolder: string, folder: string, crashes = 0): Deed => ({
  name: `${originFolder} to ${folder}`,
  crashes,
  does: (ports) => moveFiling(ports, { archiveId: ARCHIVE_ID, mailboxId: MAILBOX, originFolder }, folder, BY),
});
const put = (folder: string, crashes = 0): Deed => ({
  name: `also in ${folder}`,
  crashes,
  does: (ports) => putFiling(ports, { archiveId: ARCHIVE_ID }, { mailboxId: MAILBOX, folder, basis: 'folder' }, BY),
});
const mark: Deed = {
  name: 'private',
  does: (ports) => markPrivate(ports, { archiveId: ARCHIVE_ID, mailboxId: MAILBOX, by: 'ann' }),
};

interface MovingWorld {
  readonly name: string;
  readonly folders: readonly string[];
  readonly deeds: readonly Deed[];
  readonly check: (end: End) => void;
}

const lies = (...folders: readonly (readonly string[])[]) => ({
  check: ({ listed }: End) => expect(folders).toContainEqual(listed),
});

const worlds: readonly MovingWorld[] = [
  {
    name: 'two moves of one filing, each dying: it lies where one of them wanted it',
    folders: ['Inbox'],
    deeds: [move('Inbox', 'A', 1), move('Inbox', 'B', 1)],
    ...lies(['A'], ['B']),
  },
  {
    name: 'two filings moved to one folder, each move dying: one row',
    folders: ['Inbox', 'Sent'],
    deeds: [move('Inbox', 'A', 1), move('Sent', 'A', 1)],
    ...lies(['A']),
  },
  {
    name: 'two moves that cross: neither filing gives way to one that is gone',
    folders: ['Inbox', 'Sent'],
    deeds: [move('Inbox', 'Sent', 1), move('Sent', 'Inbox')],
    ...lies(['Inbox', 'Sent'], ['Inbox'], ['Sent']),
  },
  {
    name: 'a move beside a private mark: neither is lost',
    folders: ['Inbox', 'Sent'],
    deeds: [move('Inbox', 'Sent', 1), mark],
    check: ({ filings, listed }) => {
      expect(listed).toEqual(['Sent']);
      expect(filings.every((filing) => filing.private !== undefined)).toBe(true);
    },
  },
  {
    name: 'a move beside a purge that dies: it never comes back',
    folders: ['Inbox'],
    deeds: [move('Inbox', 'A', 1), purge(1)],
    check: ({ record, filings, listed }) => {
      expect(record.state).toBe('purged');
      expect(filings).toHaveLength(1);
      expect(listed).toEqual([]);
    },
  },
  {
    name: 'a further filing beside a purge: nothing is listed, neither what was there nor what came too late',
    folders: ['Inbox'],
    deeds: [put('A'), purge(1)],
    check: ({ record, listed }) => {
      expect(record.state).toBe('purged');
      expect(listed).toEqual([]);
    },
  },
  {
    name: 'a further filing twice, dying, beside a move of the other',
    folders: ['Inbox'],
    deeds: [put('A', 1), move('Inbox', 'B')],
    ...lies(['A', 'B']),
  },
  {
    name: 'a move beside a late arrival that brings the message to the same folder: it is shown',
    folders: ['Inbox'],
    deeds: [
      move('Inbox', 'A', 1),
      {
        name: 'arrival',
        does: async ({ tables }) => {
          const quiet = { ...tables, put: tables.putIfAbsent } as unknown as typeof tables;
          await fileBefore(quiet, {
            archiveId: ARCHIVE_ID,
            mailboxId: MAILBOX,
            folder: 'A',
            receivedAt: '2026-03-01T10:00:00.000Z',
          });
        },
      },
    ],
    ...lies(['A'], ['A', 'A']),
  },
];

describe('move × move × filing × mark × purge × crash: the message stays in sight', () => {
  test.each(worlds)('$name', async ({ folders, deeds, check }) => {
    const { states, ends } = await explore(await movingWorld(folders, deeds, check));
    expect(states).toBeGreaterThan(50);
    expect(ends.size).toBeGreaterThan(0);
  });
});
