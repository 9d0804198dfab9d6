import { invitation } from './content/invitation.ts';
import { textPdf } from './content/pdf.ts';
import { curvePng } from './content/png.ts';
import { readingsCsv } from './content/readings.ts';
import { storedZip } from './content/zip.ts';
import type { AttachedFile } from './mime-part.ts';
import type { Person } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Enclosure } from './topics/topic.ts';

/** What a thread is about, as far as its attachments show it. */
export interface Matter {
  readonly product: string;
  readonly order: string;
  readonly amount: string;
  readonly quantity: string;
  readonly subject: string;
  readonly date: Date;
  readonly from: Person;
  readonly to: readonly Person[];
}

/** The file that goes with a message. */
export function enclosed(what: Enclosure, matter: Matter, random: SeededRandom): AttachedFile {
  const { product, order } = matter;
  switch (what) {
    case 'invoice':
      return { filename: `${order}.pdf`, contentType: 'application/pdf', content: textPdf(invoiceLines(matter)) };
    case 'readings':
      return {
        filename: `Prüfwerte ${product}.csv`,
        contentType: 'text/csv',
        content: readingsCsv(random, product, 20),
      };
    case 'photo':
      return {
        filename: 'photo.png',
        contentType: 'image/png',
        content: curvePng(colour(random), random.between(0, 6)),
        contentId: `${random.hex(12)}@photo.example`,
      };
    case 'invitation': {
      const start = new Date(Math.ceil(matter.date.getTime() / 3_600_000) * 3_600_000 + 3 * 86_400_000);
      const content = invitation(
        `${random.hex(16)}@lindenhof-instruments.example`,
        matter.subject,
        start,
        matter.from,
        matter.to,
      );
      return { filename: 'invite.ics', contentType: 'text/calendar; charset=utf-8; method=REQUEST', content };
    }
    case 'archive': {
      const notes = Buffer.from(`Release notes for ${product}\r\n- drift below 5 degrees fixed\r\n`);
      const image = Buffer.from(Array.from({ length: 2000 }, () => random.between(0, 255)));
      const content = storedZip([
        { name: 'release-notes.txt', content: notes },
        { name: 'firmware.bin', content: image },
      ]);
      return { filename: 'firmware.zip', contentType: 'application/zip', content };
    }
  }
}

function invoiceLines({ product, order, amount, quantity, from, to, date }: Matter): string[] {
  return [
    from.company,
    `${order}, ${date.toISOString().slice(0, 10)}`,
    `To: ${to.map((person) => person.company).join(', ')}`,
    `${quantity} x ${product}`,
    `Total: ${amount} EUR`,
  ];
}

function colour(random: SeededRandom): [number, number, number] {
  return [random.between(0, 200), random.between(0, 200), random.between(0, 200)];
}
