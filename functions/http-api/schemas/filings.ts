import { z } from 'zod';

/** A folder's name as it stands in requests: what cannot be one is told by the rules for folders. */
const folder = z.string().min(1).max(1_000);

export const MoveSchema = z.strictObject({ from: folder, to: folder }).meta({
  id: 'Move',
  description: 'Names of folders, levels between slashes; the second is made where there is none',
});

export const MovedSchema = z
  .object({ archiveId: z.string(), mailboxId: z.string(), from: z.string(), to: z.string() })
  .meta({ id: 'Moved' });

export const FolderRenameSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    folders: z.number().int().meta({ description: 'With those below it' }),
    messages: z.number().int(),
    left: z
      .number()
      .int()
      .meta({ description: 'Messages that stayed: they are being purged, or changed all the time' }),
  })
  .meta({ id: 'FolderRename' });
