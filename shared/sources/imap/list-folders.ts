import type { FolderState, SourceFolder, SpecialUse } from '../source.ts';
import { CONDSTORE_STATUS_ITEMS, folderState, STATUS_ITEMS } from './folder-state.ts';
import type { ImapSession } from './imap-session.ts';
import { type ImapResponse, isList, textOf } from './imap-values.ts';
import { decodeModifiedUtf7 } from './modified-utf7.ts';

/** Stops a server whose folders have no end. */
const MAX_FOLDERS = 100_000;

const SPECIAL_USES: { readonly [attribute: string]: SpecialUse } = {
  '\\all': 'all',
  '\\archive': 'archive',
  '\\drafts': 'drafts',
  '\\flagged': 'flagged',
  '\\junk': 'junk',
  // What Gmail's XLIST called it before RFC 6154, and some servers still do.
  '\\spam': 'junk',
  '\\sent': 'sent',
  '\\trash': 'trash',
};

interface Listed {
  readonly wireName: string;
  readonly delimiter: string;
  readonly attributes: readonly string[];
}

/**
 * All folders of all namespaces, with their state where the server gives it with the list (LIST-STATUS, RFC 5819). A
 * name that a server sends twice counts once.
 */
export async function listFolders(session: ImapSession): Promise<readonly SourceFolder[]> {
  const { personal, others } = session.namespaces;
  const found = new Map<string, Listed>();
  const states = new Map<string, FolderState>();
  const references = ['', ...personal.map(({ prefix }) => prefix), ...others.map(({ prefix }) => prefix)];
  for (const reference of new Set(references)) {
    // What LIST "" "*" did not show: namespaces that are hidden from it (Dovecot `list = no`, Courier's `shared.`).
    if (reference !== '' && [...found.keys()].some((name) => name.startsWith(reference))) continue;
    await list(session, reference, found, states);
  }
  if (![...found.keys()].some(isInbox)) await list(session, 'INBOX', found, states);
  return [...found.values()].map((listed) => sourceFolder(session, listed, states));
}

async function list(
  session: ImapSession,
  reference: string,
  found: Map<string, Listed>,
  states: Map<string, FolderState>,
): Promise<void> {
  const pattern = reference === 'INBOX' ? 'INBOX' : `${reference}*`;
  const read = (response: ImapResponse) => {
    const listed = listedIn(response);
    if (listed && !found.has(listed.wireName) && found.size < MAX_FOLDERS) found.set(listed.wireName, listed);
  };
  const status = ({ attributes = [] }: ImapResponse) => {
    const [name, items] = attributes;
    const state = isList(items) ? folderState(items) : undefined;
    const wireName = textOf(name);
    if (wireName !== undefined && state) states.set(wireName, state);
  };
  const values = [{ type: 'STRING', value: '' } as const, { type: 'STRING', value: pattern } as const];
  const items = session.can('CONDSTORE') ? CONDSTORE_STATUS_ITEMS : STATUS_ITEMS;
  const returned = session.can('LIST-STATUS') ? [...specialUse(session), atom('STATUS'), items.map(atom)] : [];
  const asked = returned.length > 0 ? [...values, atom('RETURN'), returned] : values;
  await session.send('LIST', asked, { LIST: read, STATUS: status });
}

function specialUse(session: ImapSession) {
  return session.can('SPECIAL-USE') ? [atom('SPECIAL-USE')] : [];
}

function atom(value: string) {
  return { type: 'ATOM', value } as const;
}

function listedIn({ attributes = [] }: ImapResponse): Listed | undefined {
  const [flags, delimiter, name] = attributes;
  const wireName = textOf(name);
  if (wireName === undefined || wireName === '') return undefined;
  const words = isList(flags) ? flags.map((flag) => textOf(flag)?.toLowerCase() ?? '') : [];
  return { wireName, delimiter: textOf(delimiter) ?? '', attributes: words };
}

function sourceFolder(
  session: ImapSession,
  { wireName, delimiter, attributes }: Listed,
  states: ReadonlyMap<string, FolderState>,
): SourceFolder {
  const { personal, others } = session.namespaces;
  const other = others.some(({ prefix }) => prefix !== '' && wireName.startsWith(prefix));
  const own = personal.find(({ prefix }) => prefix !== '' && wireName.startsWith(prefix) && wireName !== prefix);
  const shown = own && !other ? wireName.slice(own.prefix.length) : wireName;
  const path = (delimiter === '' ? [shown] : shown.split(delimiter))
    .map((name) => (session.isEnabled('UTF8=ACCEPT') ? name : decodeModifiedUtf7(name)))
    .filter((name) => name !== '');
  const [first = ''] = path;
  const named = isInbox(first) ? ['INBOX', ...path.slice(1)] : path;
  const use = attributes.map((attribute) => SPECIAL_USES[attribute]).find((known) => known !== undefined);
  const state = states.get(wireName);
  return {
    wireName,
    path: named.length > 0 ? named : [wireName],
    ...(use === undefined ? {} : { specialUse: use }),
    isPersonal: !other,
    isSelectable: !attributes.includes('\\noselect') && !attributes.includes('\\nonexistent'),
    ...(state === undefined ? {} : { state }),
  };
}

/** The name INBOX is the same in any case (RFC 9051, 5.1). */
function isInbox(name: string): boolean {
  return name.toUpperCase() === 'INBOX';
}
