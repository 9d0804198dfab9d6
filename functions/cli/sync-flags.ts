import type { ParseArgsOptionsConfig } from 'node:util';
import type { Options } from './command.ts';
import { UsageError } from './failures.ts';
import type { JsonRecord } from './json-value.ts';

const FIELDS = [
  ['mirror-trash', 'mirrorTrash'],
  ['archive-missing', 'archiveMissing'],
  ['remove-empty', 'removeEmptyFolders'],
] as const;

/** What makes a profile one that keeps the folders of an archive mailbox as those of a live one. */
export const SYNC_OPTIONS: ParseArgsOptionsConfig = {
  sync: { type: 'boolean' },
  conflicts: { type: 'string' },
  ...Object.fromEntries(FIELDS.map(([option]) => [option, { type: 'boolean' as const }])),
};

export const SYNC_HELP: readonly string[] = [
  '--sync                   keeps the folders of the archive mailbox as those of this one, and tells what is missing;',
  '                         --mirror-trash: moves to the trash too; --archive-missing: archives what is missing;',
  '                         --remove-empty: removes empty folders of the archive;',
  '                         --conflicts live (default) or archive: whose word counts where somebody moved a message',
];

/** What `POST /profiles` takes of a profile that synchronises folders; nothing for others. Throws `UsageError`. */
export function syncOf(options: Options): JsonRecord {
  const conflicts = options.text('conflicts');
  const flags = FIELDS.filter(([option]) => options.flag(option));
  if (options.flag('sync')) {
    const fields = Object.fromEntries(flags.map(([, field]) => [field, true]));
    return { kind: 'folder-sync', ...(conflicts !== undefined && { conflicts }), ...fields };
  }
  const [[foreign] = []] = flags;
  if (foreign !== undefined || conflicts !== undefined) {
    throw new UsageError(`--${foreign ?? 'conflicts'} goes with --sync`);
  }
  return {};
}
