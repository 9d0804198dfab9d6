import { expect, test } from 'vitest';
import type { JobProgress } from '../../../../shared/domain/job.ts';
import type { SourceFolder } from '../../../../shared/sources/source.ts';
import { MailboxProgress } from '../../../../shared/usecases/fetching/mailbox-progress.ts';

function folder(messages: number | undefined): SourceFolder {
  const named = { wireName: 'x', path: ['x'], isPersonal: true, isSelectable: true };
  return messages === undefined ? named : { ...named, state: { validity: '1', messages } };
}

function progressOf(folders: readonly (number | undefined)[], go: (progress: MailboxProgress) => void): JobProgress {
  let shown: JobProgress | undefined;
  const run = {
    progressed: (progress: JobProgress) => {
      shown = progress;
    },
  };
  go(new MailboxProgress(run, folders.map(folder)));
  if (!shown) throw new Error('nothing is shown');
  return shown;
}

test.each([
  {
    name: 'messages of the folder at hand',
    folders: [10, 90],
    go: (progress: MailboxProgress) => progress.wentThrough(4),
    shown: { folders: 2, foldersDone: 0, messages: 100, messagesDone: 4 },
  },
  {
    name: 'a folder with nothing new as a whole',
    folders: [10, 90],
    go: (progress: MailboxProgress) => progress.folderDone(),
    shown: { folders: 2, foldersDone: 1, messages: 100, messagesDone: 10 },
  },
  {
    name: 'no more of a folder than it was said to have',
    folders: [10, 90],
    go: (progress: MailboxProgress) => progress.wentThrough(12),
    shown: { folders: 2, foldersDone: 0, messages: 100, messagesDone: 10 },
  },
  {
    name: 'folders alone where one was not told of',
    folders: [10, undefined],
    go: (progress: MailboxProgress) => progress.folderDone(),
    shown: { folders: 2, foldersDone: 1 },
  },
  {
    name: 'all, at the end',
    folders: [10],
    go: (progress: MailboxProgress) => {
      progress.wentThrough(3);
      progress.folderDone();
    },
    shown: { folders: 1, foldersDone: 1, messages: 10, messagesDone: 10 },
  },
])('counts $name', ({ folders, go, shown }) => {
  expect(progressOf(folders, go)).toEqual(shown);
});
