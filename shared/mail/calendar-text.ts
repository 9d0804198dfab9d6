const HEADINGS = new Map<string, string>([
  ['REQUEST', 'Invitation'],
  ['CANCEL', 'Cancelled'],
  ['REPLY', 'Reply to an invitation'],
  ['COUNTER', 'New time proposed'],
]);

/** Of what is looked at: an invitation is small. Stops calendars of megabytes. */
const MAX_CALENDAR_CHARACTERS = 200_000;
const ESCAPED = /\\([\\;,nN])/g;

/** A content line (RFC 5545, 3.1). */
interface ContentLine {
  readonly parameters: string;
  readonly value: string;
}

/**
 * What people read of a calendar invitation (RFC 5545, RFC 5546): what it is, when, where, by whom; of several events
 * the first. `undefined` where it has no METHOD (and `method`, that of its content type, is empty) or no event.
 */
export function calendarText(calendar: string, method: string): string | undefined {
  const unfolded = calendar.slice(0, MAX_CALENDAR_CHARACTERS).replace(/\r?\n[ \t]/g, '');
  const lines = unfolded.split(/\r?\n|\r/);
  const begin = lines.findIndex((line) => /^BEGIN:(VEVENT|VTODO)\s*$/i.test(line));
  const kind = textValue(lines, 'METHOD') || method;
  if (begin < 0 || kind === '') return undefined;
  const event = lines.slice(begin + 1, endOf(lines, begin));
  const summary = textValue(event, 'SUMMARY');
  const heading = HEADINGS.get(kind.trim().toUpperCase()) ?? 'Calendar entry';
  const rows = [
    ['Start', timeOf(find(event, 'DTSTART'))],
    ['End', timeOf(find(event, 'DTEND') ?? find(event, 'DUE'))],
    ['Place', textValue(event, 'LOCATION')],
    ['Organiser', organiserOf(find(event, 'ORGANIZER'))],
  ];
  const shown = rows.flatMap(([name, value]) => (value ? [`${name}: ${value}`] : []));
  const description = textValue(event, 'DESCRIPTION');
  const text = [summary ? `${heading}: ${summary}` : heading, ...shown].join('\n');
  return description ? `${text}\n\n${description}` : text;
}

/** Of the event itself: what is within it (alarms) comes behind its own lines. */
function endOf(lines: readonly string[], begin: number): number {
  const end = lines.findIndex((line, index) => index > begin && /^(END|BEGIN):/i.test(line));
  return end < 0 ? lines.length : end;
}

function find(lines: readonly string[], name: string): ContentLine | undefined {
  for (const line of lines) {
    if (line.slice(0, name.length).toUpperCase() !== name) continue;
    const next = line[name.length];
    if (next !== ':' && next !== ';') continue;
    const colon = colonOf(line);
    if (colon >= 0) return { parameters: line.slice(name.length, colon), value: line.slice(colon + 1).trim() };
  }
  return undefined;
}

/** The colon before the value; those in quoted parameters do not count. */
function colonOf(line: string): number {
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '"') isQuoted = !isQuoted;
    else if (line[index] === ':' && !isQuoted) return index;
  }
  return -1;
}

function textValue(lines: readonly string[], name: string): string {
  const value = find(lines, name)?.value ?? '';
  return value.replace(ESCAPED, (_, char: string) => (char.toLowerCase() === 'n' ? '\n' : char)).trim();
}

function parameterOf({ parameters }: ContentLine, name: string): string {
  const match = new RegExp(`;${name}=("[^"]*"|[^;:"]*)`, 'i').exec(parameters)?.[1] ?? '';
  return match.replaceAll('"', '');
}

/** `2026-01-05 10:00 (Europe/Berlin)`; as it stands where it is no date (RFC 5545, 3.3.4 and 3.3.5). */
function timeOf(line: ContentLine | undefined): string {
  if (line === undefined) return '';
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$/.exec(line.value);
  if (!match) return line.value;
  const [, year, month, day, hour, minute, utc] = match;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  const zone = utc === 'Z' ? 'UTC' : parameterOf(line, 'TZID');
  return `${date} ${hour}:${minute}${zone === '' ? '' : ` (${zone})`}`;
}

function organiserOf(line: ContentLine | undefined): string {
  if (line === undefined) return '';
  const address = line.value.replace(/^mailto:/i, '');
  const name = parameterOf(line, 'CN');
  return name === '' || name === address ? address : `${name} <${address}>`;
}
