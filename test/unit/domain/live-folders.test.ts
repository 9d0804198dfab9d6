import { describe, expect, test } from 'vitest';
import { type FollowRules, type LiveFolder, wantedFolders } from '../../../shared/domain/live-folders.ts';

const rules: FollowRules = { mirrorTrash: false, hash: (text) => text };

describe('wantedFolders', () => {
  const cases: {
    readonly name: string;
    readonly live: readonly LiveFolder[];
    readonly rules?: Partial<FollowRules>;
    readonly wanted: readonly string[];
  }[] = [
    {
      name: 'names the inbox and sent mail as filing does',
      live: [folder('INBOX'), folder('Gesendet', 'sent')],
      wanted: ['Inbox', 'Sent'],
    },
    { name: 'takes a place that has two UIDs once', live: [folder('Work'), folder('Work')], wanted: ['Work'] },
    { name: 'puts a prefix in front', live: [folder('Work')], rules: { prefix: 'Live' }, wanted: ['Live/Work'] },
    {
      name: 'passes over views of what lies elsewhere',
      live: [folder('All', 'all'), folder('Work')],
      wanted: ['Work'],
    },
    { name: 'takes a view for the place of what lies nowhere else', live: [folder('All', 'all')], wanted: ['All'] },
    { name: 'leaves what was thrown away where it was', live: [folder('Bin', 'trash')], wanted: [] },
    { name: 'knows Trash and Junk by name', live: [folder('Papierkorb'), folder('Spam')], wanted: [] },
    {
      name: 'does not take a view for the place of what was thrown away',
      live: [folder('Bin', 'trash'), folder('Starred', 'flagged')],
      wanted: [],
    },
    {
      name: 'mirrors Trash where that is wanted',
      live: [folder('Bin', 'trash')],
      rules: { mirrorTrash: true },
      wanted: ['Bin'],
    },
  ];
  test.each(cases)('$name', ({ live, rules: change, wanted }) => {
    expect(wantedFolders(live, { ...rules, ...change })).toEqual(wanted);
  });
});

function folder(name: string, specialUse?: string): LiveFolder {
  return { path: [name], ...(specialUse === undefined ? {} : { specialUse }) };
}
