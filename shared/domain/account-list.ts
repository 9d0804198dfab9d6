import { addressFault } from './mailbox.ts';
import { principalNameFault } from './user-name.ts';

/** A mailbox at the source with its password, and whose it is in the archive. */
export interface ListedAccount {
  /** What signs in at the source. */
  readonly account: string;
  readonly password: string;
  /** Of the user, where one is to be made. */
  readonly emailAddress: string;
  /** Name of the user of the archive. */
  readonly userName: string;
}

/** Accounts of one list: a job for them keeps a line for each. */
export const MAX_LISTED_ACCOUNTS = 2_000;
/** Bytes of all account names together, which that item holds, too. */
const MAX_ACCOUNT_BYTES = 160_000;
const MAX_NAME_LENGTH = 400;
const MAX_PASSWORD_LENGTH = 1_000;

/** How the four headings may be written, beside case, spaces and punctuation. */
const HEADINGS: { readonly [Field in keyof ListedAccount]: readonly string[] } = {
  account: ['imapusername', 'imapuser', 'imaplogin', 'popusername', 'pop3username', 'account', 'login'],
  password: ['password', 'imappassword', 'poppassword', 'pop3password'],
  emailAddress: ['emailaddress', 'email', 'mailaddress', 'mail', 'address'],
  userName: ['archiveuser', 'archiveusername', 'user', 'username'],
};
const FIELDS = ['account', 'password', 'emailAddress', 'userName'] as const;

/** What a list of accounts says, or what is wrong with it: by the number of the record, never with a password. */
export type AccountListReading = { readonly accounts: readonly ListedAccount[] } | { readonly fault: string };

/**
 * Reads a list of accounts as CSV (RFC 4180; comma, semicolon or tab, whichever the first line has): one line of
 * headings in any order and notation, further columns are passed over.
 */
export function readAccountList(csv: string): AccountListReading {
  const text = csv.replace(/^\u{feff}/u, '');
  const records = recordsOf(text, delimiterOf(text));
  if (!records) return { fault: 'a quoted cell has no end' };
  const [headings = [], ...rows] = records;
  const columns = columnsOf(headings);
  if (typeof columns === 'string') return { fault: columns };
  if (rows.length === 0) return { fault: 'there is no account below the headings' };
  if (rows.length > MAX_LISTED_ACCOUNTS) return { fault: `at most ${MAX_LISTED_ACCOUNTS} accounts; divide the list` };
  const accounts: ListedAccount[] = [];
  const names = new Set<string>();
  let nameBytes = 0;
  for (const [index, row] of rows.entries()) {
    const listed = listedAccount(row, columns);
    const fault = names.has(listed.account) ? 'the account is listed twice' : accountFault(listed);
    if (fault) return { fault: `record ${index + 2}: ${fault}` };
    names.add(listed.account);
    nameBytes += Buffer.byteLength(listed.account);
    accounts.push(listed);
  }
  if (nameBytes > MAX_ACCOUNT_BYTES)
    return { fault: 'the names of the accounts are too long together; divide the list' };
  return { accounts };
}

type Columns = { readonly [Field in keyof ListedAccount]: number };

function columnsOf(headings: readonly string[]): Columns | string {
  const written = headings.map((heading) => heading.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const found = { account: -1, password: -1, emailAddress: -1, userName: -1 };
  for (const field of FIELDS) {
    const places = [...written.entries()].filter(([, heading]) => HEADINGS[field].includes(heading));
    if (places.length > 1) return `two columns are the ${field}`;
    found[field] = places[0]?.[0] ?? -1;
  }
  const missing = FIELDS.filter((field) => found[field] < 0);
  const wanted = 'the first line has the headings IMAP user name, password, e-mail address, archive user';
  return missing.length === 0 ? found : `${wanted}; missing: ${missing.join(', ')}`;
}

function listedAccount(row: readonly string[], columns: Columns): ListedAccount {
  const cell = (field: keyof ListedAccount) => row[columns[field]] ?? '';
  return {
    account: cell('account').trim(),
    // A space may be part of it.
    password: cell('password'),
    emailAddress: cell('emailAddress').trim(),
    userName: cell('userName').trim().normalize('NFC'),
  };
}

function accountFault({ account, password, emailAddress, userName }: ListedAccount): string | undefined {
  if (account === '' || account.length > MAX_NAME_LENGTH) return `a user name has 1 to ${MAX_NAME_LENGTH} characters`;
  if (password === '' || password.length > MAX_PASSWORD_LENGTH) {
    return `a password has 1 to ${MAX_PASSWORD_LENGTH} characters`;
  }
  if (/[\0\r\n]/.test(account + password)) return 'user name and password must be one line';
  const fault = addressFault(emailAddress);
  if (fault) return `e-mail address: ${fault}`;
  const nameFault = principalNameFault(userName);
  return nameFault && `archive user: ${nameFault}`;
}

function delimiterOf(text: string): string {
  const [line = ''] = text.split(/\r?\n/, 1);
  return ['\t', ';'].find((delimiter) => line.includes(delimiter)) ?? ',';
}

/** Records without the empty ones; `undefined` where a quote is never closed. */
function recordsOf(text: string, delimiter: string): readonly (readonly string[])[] | undefined {
  const records: string[][] = [];
  let record: string[] = [];
  let position = 0;
  while (position < text.length) {
    const cell = text[position] === '"' ? quotedCell(text, position) : plainCell(text, position, delimiter);
    if (!cell) return undefined;
    record.push(cell.value);
    position = cell.end;
    if (text[position] === delimiter) {
      position += 1;
      if (position < text.length) continue;
      record.push('');
    }
    // Whatever stands between a closing quote and the end of the cell is no CSV.
    else if (position < text.length && !/[\r\n]/.test(text[position] ?? '')) return undefined;
    if (record.some((value) => value !== '')) records.push(record);
    record = [];
    while (text[position] === '\r' || text[position] === '\n') position += 1;
  }
  return records;
}

interface Cell {
  readonly value: string;
  /** Where what follows it begins. */
  readonly end: number;
}

function plainCell(text: string, start: number, delimiter: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\r' && text[end] !== '\n') end += 1;
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number): Cell | undefined {
  let value = '';
  for (let position = start + 1; ; ) {
    const quote = text.indexOf('"', position);
    if (quote < 0) return undefined;
    value += text.slice(position, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    position = quote + 2;
  }
}
