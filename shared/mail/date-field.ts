const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Obsolete zones by name (RFC 5322, 4.3) and the names of neighbours that mail programs wrote, in minutes. */
const ZONES = new Map<string, number>([
  ['ut', 0],
  ['utc', 0],
  ['gmt', 0],
  ['z', 0],
  ['est', -300],
  ['edt', -240],
  ['cst', -360],
  ['cdt', -300],
  ['mst', -420],
  ['mdt', -360],
  ['pst', -480],
  ['pdt', -420],
  ['bst', 60],
  ['cet', 60],
  ['met', 60],
  ['mez', 60],
  ['cest', 120],
  ['mest', 120],
  ['eet', 120],
  ['msk', 180],
  ['jst', 540],
]);

const FIELD =
  /^(?:[a-z]+\.?,? *)?(\d{1,2})[ -]([a-z]{3,9})\.?,?[ -](\d{2,4}),? (\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,6})?)?(?: ?(.*))?$/;
/** As ctime writes it and programs of the 1990s sent it: `Mon Jan  2 15:04:05 [zone] 2006`. */
const CTIME_FIELD =
  /^[a-z]{3,9},? ([a-z]{3,9}) (\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?: ([a-z]{1,4}|[+-]\d{4}))? (\d{4})(?: ([+-]\d{4}))?$/;
const OFFSET = /^(?:gmt|utc)?([+-])(\d{2}):?(\d{2})/;
const MAX_FIELD_LENGTH = 1_000;
const MINUTE_MS = 60_000;

/**
 * Reads the value of a Date field (RFC 5322, 3.3 and 4.3: two- and three-digit years, obsolete zones, comments), or
 * answers `undefined` where it is no date that exists. An unknown zone is UTC, as 4.3 says.
 */
export function readDateField(value: string): Date | undefined {
  if (value.length > MAX_FIELD_LENGTH) return undefined;
  const text = withoutComments(value).replace(/\s+/g, ' ').replace(/ ?: ?/g, ':').trim().toLowerCase();
  const usual = FIELD.exec(text);
  if (usual) {
    const [, day, month, year, hour, minute, second, zone] = usual;
    return instant(fullYear(year), month, day, hour, minute, second, zone);
  }
  const ctime = CTIME_FIELD.exec(text);
  if (!ctime) return undefined;
  const [, month, day, hour, minute, second, zone, year, offset] = ctime;
  return instant(Number(year), month, day, hour, minute, second, offset ?? zone);
}

function instant(
  year: number,
  monthName = '',
  day = '',
  hour = '',
  minute = '',
  second = '0',
  zone = '',
): Date | undefined {
  const month = MONTHS.indexOf(monthName.slice(0, 3));
  const offset = offsetMinutes(zone.trim().replace(/^[ap]m ?/, ''));
  if (month < 0 || offset === undefined || year < 1900) return undefined;
  const hours = hourOfDay(Number(hour), zone);
  if (hours > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month, Number(day)));
  if (midnight.getUTCMonth() !== month || Number(day) === 0) return undefined;
  const minutes = hours * 60 + Number(minute) - offset;
  return new Date(midnight.getTime() + minutes * MINUTE_MS + Math.min(Number(second), 59) * 1000);
}

/** Some programs write twelve hours and `AM` or `PM` before the zone. */
function hourOfDay(hour: number, zone: string): number {
  const half = /^[ap]m\b/.exec(zone.trim())?.[0];
  if (half === undefined || hour > 12) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

/**
 * RFC 5322, 4.3: two digits below 50 are of this century, other two and all three digits count from 1900; so does
 * `0102`, which spam software of 2002 wrote.
 */
function fullYear(digits = ''): number {
  const year = Number(digits);
  if (digits.length === 2 && year < 50) return 2000 + year;
  return year < 1000 ? 1900 + year : year;
}

function offsetMinutes(zone: string): number | undefined {
  const offset = OFFSET.exec(zone);
  if (!offset) return ZONES.get(zone.split(' ', 1)[0] ?? '') ?? 0;
  const hours = Number(offset[2]);
  const minutes = Number(offset[3]);
  if (hours > 23 || minutes > 59) return undefined;
  return (offset[1] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** Comments (RFC 5322, 3.2.2) nest; what opens and never closes reaches to the end. */
function withoutComments(value: string): string {
  if (!value.includes('(')) return value;
  let result = '';
  let depth = 0;
  for (let index = 0; index < value.length; index++) {
    const char = value[index];
    if (char === '(') depth++;
    else if (char === ')' && depth > 0) depth--;
    else if (char === '\\' && depth > 0) index++;
    else if (depth === 0) result += char;
  }
  return result;
}
