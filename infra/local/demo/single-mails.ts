import { bounce } from './bounce.ts';
import type { DemoMessage } from './demo-message.ts';
import { letterBytes } from './letter.ts';
import { messagePart } from './mime-part.ts';
import type { DemoOrganisation } from './organisation.ts';
import { isActive, type Person } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';
import { inOfficeHours } from './thread.ts';
import { domainOf, traceFields } from './trace-fields.ts';

const DAY_MS = 86_400_000;

/** Mails that happen once: a farewell, a forwarded message, a bounce, a mail to a shared and to a secondary address. */
export function singleMails(
  organisation: DemoOrganisation,
  forwarded: DemoMessage,
  now: Date,
  random: SeededRandom,
): DemoMessage[] {
  const [anna, sales] = organisation.people;
  const leaver = organisation.people.find((person) => person.leftDaysAgo !== undefined);
  if (!anna || !sales || !leaver) throw new RangeError('the organisation lacks its people');
  const daysAgo = (days: number) => inOfficeHours(new Date(now.getTime() - days * DAY_MS));
  const farewell = daysAgo((leaver.leftDaysAgo ?? 0) + 3);
  const colleagues = organisation.people.filter((person) => person !== leaver && isActive(person, farewell, now));
  const letter = (
    from: Person,
    to: readonly Pick<Person, 'name' | 'address'>[],
    subject: string,
    text: string,
    date: Date,
  ) => ({
    from,
    to,
    subject,
    text,
    date,
    messageId: `<${random.hex(20)}@${domainOf(from.address)}>`,
    charset: 'utf-8',
    encoding: 'quoted-printable' as const,
  });
  const shown = (mail: ReturnType<typeof letter>, extra: object = {}): DemoMessage => ({
    raw: letterBytes({ ...mail, ...extra }),
    mailFrom: mail.from.address,
    date: mail.date,
    subject: mail.subject,
    text: mail.text,
  });
  const passedOn = { parts: [messagePart(forwarded.raw, 'forwarded.eml')] };
  const partner: Person = {
    ...anna,
    name: 'Paul Ernst',
    address: 'p.ernst@neukunde.example',
    company: 'Neukunde',
    mailer: 'Roundcube Webmail/1.6',
  };
  const fromOutside = (to: string, date: Date) => ({ trace: traceFields(random, partner.address, to, date) });
  const office = { name: '', address: `office@${organisation.domain}` };
  const service = { name: 'Service', address: `support@${organisation.domain}` };
  return [
    shown(
      letter(
        leaver,
        colleagues,
        'Goodbye and thank you',
        'Dear all,\n\nFriday is my last day. Grace takes over my customers. It was a pleasure.\n\nThomas',
        farewell,
      ),
    ),
    shown(
      letter(
        sales,
        [anna],
        'WG: zur Kenntnis',
        'Zur Kenntnis, die ursprüngliche Nachricht hängt an.\n\nJürgen',
        daysAgo(40),
      ),
      passedOn,
    ),
    shown(
      letter(
        partner,
        [office],
        'Erstkontakt über Ihre Webseite',
        'Sehr geehrte Damen und Herren,\n\nwir suchen einen Lieferanten für Druckmessgeräte. Wer ist zuständig?\n\nPaul Ernst',
        daysAgo(12),
      ),
      fromOutside(office.address, daysAgo(12)),
    ),
    shown(
      letter(
        partner,
        [service],
        'Gerät meldet „Fehler 17“',
        'Guten Tag,\n\nwas bedeutet „Fehler 17“ am LH-100?\n\nPaul Ernst',
        daysAgo(2),
      ),
      fromOutside(service.address, daysAgo(2)),
    ),
    bounce(sales, 'einkauf@verzogen.example', 'Angebot LI-20417', daysAgo(75), random),
    shown(
      letter(
        anna,
        organisation.people.filter((person) => person !== leaver && person !== anna),
        'Sommerfest 🎉',
        'Liebe alle,\n\nam Freitag feiern wir ab 16 Uhr im Hof. Wer bringt Kuchen mit? 🍰\n\nAnna',
        daysAgo(1),
      ),
    ),
  ];
}

/** `message` as it comes by another way: the same content under other transport fields, hence other bytes. */
export function otherWay(message: DemoMessage, random: SeededRandom): DemoMessage {
  const fields = [
    `Received: from relay${random.between(2, 9)}.example (relay.example [203.0.113.${random.between(2, 250)}])`,
    `\tby archive-gateway.example with ESMTPS id ${random.hex(10)}; ${new Date(message.date.getTime() + 9000).toUTCString().replace('GMT', '+0000')}`,
    `X-Spam-Score: ${random.between(0, 40) / 10}`,
    '',
  ];
  return { ...message, raw: Buffer.concat([Buffer.from(fields.join('\r\n')), message.raw]) };
}
