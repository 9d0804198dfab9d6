import type { DemoMessage } from './demo-message.ts';
import { enclosed, type Matter } from './enclosures.ts';
import { type Letter, letterBytes } from './letter.ts';
import type { Person } from './person.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Topic } from './topics/topic.ts';
import { domainOf, traceFields } from './trace-fields.ts';
import { htmlOf, pickEncoding, quotation, WRITING } from './writing.ts';

const HOUR_MS = 3_600_000;
const PRODUCTS = ['LH-100', 'LH-220 Pro', 'PressoTherm 5', 'MikroBar S', 'FlowEye 12'];
const CITIES = ['Lyon', 'Leeds', 'Graz', 'Sevilla', 'Gdynia', 'Volos', 'Kobe', 'Basel'];

/** Who takes part in a thread. */
export interface Cast {
  readonly first: Person;
  readonly second: Person;
  readonly copy: readonly Pick<Person, 'name' | 'address'>[];
}

/** The messages of one thread that begins at `start`; what would be written after `now` is not written yet. */
export function threadMessages(topic: Topic, cast: Cast, start: Date, now: Date, random: SeededRandom): DemoMessage[] {
  const values = valuesOf(random);
  const messages: DemoMessage[] = [];
  const references: string[] = [];
  let date = start;
  let quoted = '';
  for (const [turn, template] of topic.turns.entries()) {
    if (date > now) break;
    const [from, to] = turn % 2 === 0 ? [cast.first, cast.second] : [cast.second, cast.first];
    const subject = (turn === 0 ? '' : WRITING[topic.language].replyPrefix) + filled(topic.subject, values);
    const own = filled(template, { ...values, me: from.name, you: to.name });
    const text = [own, signature(from), ...(quoted ? [quoted] : [])].join('\n\n');
    const messageId = `<${random.hex(20)}@${domainOf(from.address)}>`;
    const matter = { ...matterOf(values), subject, date, from, to: [to] };
    const letter = {
      from,
      to: [to],
      cc: cast.copy,
      subject,
      date,
      messageId,
      text,
      references: [...references],
      ...dressed(topic, turn, text, matter, random),
    };
    messages.push({ raw: letterBytes(letter), mailFrom: from.address, date, subject, text });
    references.push(messageId);
    quoted = quotation(topic.language, date, from.name, own);
    date = inOfficeHours(new Date(date.getTime() + random.between(1, 30) * HOUR_MS + random.between(0, 3599) * 1000));
  }
  return messages;
}

/** `date`, or the next moment when people work. */
export function inOfficeHours(date: Date): Date {
  const moved = new Date(date);
  if (moved.getUTCHours() >= 17) moved.setUTCDate(moved.getUTCDate() + 1);
  if (moved.getUTCHours() >= 17 || moved.getUTCHours() < 7) moved.setUTCHours(7 + (moved.getUTCMinutes() % 4));
  while (moved.getUTCDay() % 6 === 0) moved.setUTCDate(moved.getUTCDate() + 1);
  return moved;
}

/** Charset, encoding, HTML, attachments and trace fields of a message. */
function dressed(topic: Topic, turn: number, text: string, matter: Matter, random: SeededRandom) {
  const { from, date, to } = matter;
  const encloses = topic.encloses?.turn === turn ? topic.encloses.what : undefined;
  const file = encloses && enclosed(encloses, matter, random);
  const isImage = encloses === 'photo';
  const withHtml = isImage || random.next() < 0.4;
  const crosses = to.some((person) => domainOf(person.address) !== domainOf(from.address));
  const dress: Pick<Letter, 'charset' | 'encoding' | 'html' | 'images' | 'files' | 'trace'> = {
    charset: random.pick(WRITING[topic.language].charsets),
    encoding: pickEncoding(random),
    ...(withHtml && { html: htmlOf(topic.language, text, isImage ? file?.contentId : undefined) }),
    ...(file && (isImage ? { images: [file] } : { files: [file] })),
    ...(crosses && { trace: traceFields(random, from.address, to[0]?.address ?? '', date) }),
  };
  return dress;
}

type Values = Readonly<Record<'product' | 'order' | 'quantity' | 'amount' | 'days' | 'city', string>>;

function valuesOf(random: SeededRandom): Values {
  const quantity = random.between(2, 40);
  return {
    product: random.pick(PRODUCTS),
    order: `LI-${random.between(10_000, 99_999)}`,
    quantity: String(quantity),
    amount: String(quantity * random.between(120, 480)),
    days: String(random.between(5, 28)),
    city: random.pick(CITIES),
  };
}

function matterOf({ product, order, amount, quantity }: Values) {
  return { product, order, amount, quantity };
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder);
}

function signature(person: Person): string {
  return `-- \n${person.name}\n${person.title}, ${person.company}`;
}
