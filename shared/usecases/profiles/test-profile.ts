import { type FolderSelection, isTrash, type LeftOut, leftOut } from '../../domain/folder-selection.ts';
import type { MailCredentials, MailServer } from '../../domain/mail-server.ts';
import type { Profile } from '../../domain/profile.ts';
import type { OpenSource, SourceFolder } from '../../sources/source.ts';
import { checkCredentials } from './check-credentials.ts';

/** What a profile would find. */
export interface TestedProfile {
  readonly folders: readonly {
    readonly folder: string;
    readonly specialUse?: string;
    /** Absent where the server does not say it without being asked for each folder. */
    readonly messages?: number;
    /** Why it is not fetched; absent where it is. */
    readonly leftOut?: LeftOut;
  }[];
  readonly warnings: readonly string[];
}

/** How many folders are told of: people read them. */
const TOLD_FOLDERS = 1_000;
/** A test keeps nothing, not even what it was given in place of what it used. */
const REPLACED =
  'the refresh token was replaced with another one, which is not kept here: where each is good for one use, get a new one for the profile';

/** Signs in, lists the folders and signs out; reads no mail. Throws `InvalidRequestError`, `SourceError`. */
export async function testProfile(
  openSource: OpenSource,
  {
    server,
    credentials,
    folders: selection,
    kind = 'archive',
  }: {
    readonly server: MailServer;
    readonly credentials: MailCredentials;
    readonly folders: FolderSelection;
    readonly kind?: Profile['kind'];
  },
): Promise<TestedProfile> {
  checkCredentials(credentials);
  const renewal: string[] = [];
  const refreshTokenReplaced = async () => {
    renewal.push(REPLACED);
  };
  const source = await openSource(server, credentials, { refreshTokenReplaced });
  try {
    const folders = await source.folders();
    return {
      folders: folders.slice(0, TOLD_FOLDERS).map((folder) => tested(folder, selection)),
      warnings: [...renewal, ...warningsOf(server, source.facts, folders, selection, kind)],
    };
  } finally {
    await source.close();
  }
}

/** What whoever runs a profile should know: of the server, the connection, and the selection of folders. */
export function warningsOf(
  server: MailServer,
  { isEncrypted, warnings }: { readonly isEncrypted: boolean; readonly warnings: readonly string[] },
  folders: readonly SourceFolder[],
  selection: FolderSelection,
  kind: Profile['kind'] = 'archive',
): readonly string[] {
  const found = [...warnings];
  if (!isEncrypted) found.push('the connection is not encrypted: password and mail can be read on the way');
  if (server.acceptAllCertificates && isEncrypted) {
    found.push('all certificates are accepted: nobody vouches that this is the right server');
  }
  // Folder synchronisation looks into it all the same, for what the archive does not have.
  if (kind === 'archive' && folders.some((folder) => isTrash(folder) && leftOut(folder, selection) !== undefined)) {
    found.push('the folder of deleted mail is left out: what is deleted before a run is not archived');
  }
  if (!folders.some((folder) => leftOut(folder, selection) === undefined)) found.push('no folder is selected');
  return found;
}

function tested(folder: SourceFolder, selection: FolderSelection): TestedProfile['folders'][number] {
  const { path, specialUse, state } = folder;
  const reason = leftOut(folder, selection);
  return {
    folder: path.join('/'),
    ...(specialUse === undefined ? {} : { specialUse }),
    ...(state === undefined ? {} : { messages: state.messages }),
    ...(reason === undefined ? {} : { leftOut: reason }),
  };
}
