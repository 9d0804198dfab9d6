import type { DemoMessage } from './demo-message.ts';
import { letterBytes } from './letter.ts';
import type { DemoOrganisation } from './organisation.ts';
import { isActive, type Person } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';
import { traceFields } from './trace-fields.ts';
import { htmlOf, pickEncoding } from './writing.ts';

const EDITOR: Person = {
  name: 'Prüftechnik aktuell',
  address: 'newsletter@prueftechnik-aktuell.example',
  title: '',
  company: 'Prüftechnik aktuell',
  languages: ['de'],
  zoneMinutes: 60,
  summerTime: true,
  mailer: 'Listmaster 8.1',
};

const HEADLINES = [
  'Neue Norm für Druckmessgeräte in Kraft',
  'Messe Grünheim: 1.200 Aussteller und große Nachfrage',
  'Rückblick: Kalibrierung im Überblick',
  'Fünf häufige Fehler bei der Temperaturmessung',
  'Interview: „Genauigkeit kostet – Ungenauigkeit mehr“',
];

/** A monthly newsletter to the people who subscribed to it: one message each, as mailing software sends it. */
export function newsletterIssue(
  organisation: DemoOrganisation,
  date: Date,
  now: Date,
  random: SeededRandom,
): DemoMessage[] {
  const readers = organisation.people.filter(
    (person) => person.languages.includes('de') && isActive(person, date, now),
  );
  const month = date.toISOString().slice(0, 7);
  const subject = `Prüftechnik aktuell ${month}: ${random.pick(HEADLINES)}`;
  return readers.slice(0, 2).map((reader) => {
    const unsubscribe = `https://prueftechnik-aktuell.example/u/${random.hex(16)}`;
    const articles = HEADLINES.map((headline) => `* ${headline}`).join('\n');
    const text = `Guten Tag ${reader.name},\n\nin dieser Ausgabe:\n\n${articles}\n\nAbmelden: ${unsubscribe}`;
    const letter = {
      from: EDITOR,
      to: [reader],
      subject,
      date,
      text,
      messageId: `<${random.hex(24)}@prueftechnik-aktuell.example>`,
      html: htmlOf('de', text),
      charset: 'utf-8',
      encoding: pickEncoding(random),
      trace: traceFields(random, EDITOR.address, reader.address, date),
      extra: [
        'List-Id: <monat.prueftechnik-aktuell.example>',
        `List-Unsubscribe: <${unsubscribe}>`,
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
        'Precedence: bulk',
      ],
    };
    return {
      raw: letterBytes(letter),
      mailFrom: `bounce-${random.hex(8)}@prueftechnik-aktuell.example`,
      date,
      subject,
      text,
    };
  });
}
