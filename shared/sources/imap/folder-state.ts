import type { FolderState } from '../source.ts';
import { type ImapResponse, type ImapValue, isList, numberOf, numberText, textOf } from './imap-values.ts';
import { keyOfUid } from './message-data.ts';

/** What is asked of a folder that is not opened (RFC 9051, 6.3.11). */
export const STATUS_ITEMS = ['MESSAGES', 'UIDNEXT', 'UIDVALIDITY'];
/** The same of a server with CONDSTORE (RFC 7162, 3.1.7): whose flags did not change need not be looked at. */
export const CONDSTORE_STATUS_ITEMS = [...STATUS_ITEMS, 'HIGHESTMODSEQ'];

/** The state in the items of a STATUS response; `undefined` where it does not say which UIDs count. */
export function folderState(items: readonly ImapValue[]): FolderState | undefined {
  const values = new Map<string, ImapValue>();
  for (let i = 0; i + 1 < items.length; i += 2) values.set(textOf(items[i])?.toUpperCase() ?? '', items[i + 1] ?? null);
  const validity = numberText(values.get('UIDVALIDITY'));
  return validity === undefined
    ? undefined
    : stateOf(validity, numberOf(values.get('MESSAGES')), {
        next: numberOf(values.get('UIDNEXT')),
        modSeq: numberText(values.get('HIGHESTMODSEQ')),
      });
}

/** Collects what the untagged responses to EXAMINE and SELECT say of a folder. */
export class OpeningState {
  #validity: string | undefined;
  #next: number | undefined;
  #modSeq: string | undefined;
  #messages = 0;

  ok({ attributes = [] }: ImapResponse): void {
    const [first] = attributes;
    const section = first && !isList(first) ? first.section : undefined;
    const code = textOf(section?.[0])?.toUpperCase();
    const value = section?.[1];
    if (code === 'UIDVALIDITY') this.#validity = numberText(value);
    if (code === 'UIDNEXT') this.#next = numberOf(value);
    if (code === 'HIGHESTMODSEQ') this.#modSeq = numberText(value);
  }

  exists({ command }: ImapResponse): void {
    this.#messages = Number(command) || 0;
  }

  /** UIDVALIDITY may be missing where UIDs do not outlive the session (RFC 9051, 2.3.1.1): then nothing is known again. */
  state(): FolderState {
    return stateOf(this.#validity ?? '', this.#messages, { next: this.#next, modSeq: this.#modSeq });
  }
}

function stateOf(
  validity: string,
  messages = 0,
  { next, modSeq }: { readonly next: number | undefined; readonly modSeq: string | undefined },
): FolderState {
  return {
    validity,
    messages,
    ...(next === undefined ? {} : { nextKey: keyOfUid(next) }),
    ...(modSeq === undefined ? {} : { modSeq }),
  };
}
