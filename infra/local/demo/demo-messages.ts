import type { DemoMessage } from './demo-message.ts';
import { newsletterIssue } from './newsletter.ts';
import { type DemoOrganisation, demoOrganisation } from './organisation.ts';
import { PARTNERS } from './partners.ts';
import { isActive, type Person } from './person.ts';
import { SeededRandom } from './seeded-random.ts';
import { otherWay, singleMails } from './single-mails.ts';
import { type Cast, inOfficeHours, threadMessages } from './thread.ts';
import { EASTERN_TOPICS } from './topics/eastern.ts';
import type { Topic } from './topics/topic.ts';
import { WESTERN_TOPICS } from './topics/western.ts';

const DAY_MS = 86_400_000;
/** About 18 months. */
const SPAN_DAYS = 540;
const NEWSLETTER_EVERY_DAYS = 30;
const THREADS_PER_TOPIC = 6;
/** The shared mailbox that gets a copy of threads with such an enclosure. */
const SHARED_COPY: Readonly<Record<string, string>> = { invoice: 'Accounting', photo: 'Service' };
const SEED = 20_240_607;

/** What the demo archives, oldest first: the same bytes for the same `endpointNow`, which is when the last mail came. */
export function demoMessages({ endpointNow }: { readonly endpointNow: Date }): DemoMessage[] {
  const organisation = demoOrganisation();
  const random = new SeededRandom(SEED);
  const now = new Date(Math.floor(endpointNow.getTime() / 1000) * 1000);
  const threads = threadsOf(organisation, now, random);
  const newsletters = Array.from({ length: SPAN_DAYS / NEWSLETTER_EVERY_DAYS }, (_, index) => {
    const date = inOfficeHours(new Date(now.getTime() - (index * NEWSLETTER_EVERY_DAYS + 4) * DAY_MS));
    return newsletterIssue(organisation, date, now, random);
  }).flat();
  const [first, second, third] = threads.filter(({ raw }) => raw.length > 2000);
  if (!first || !second || !third) throw new RangeError('the demo has no threads');
  const again = [second, otherWay(third, random)];
  const all = [...threads, ...newsletters, ...singleMails(organisation, first, now, random), ...again];
  return all.filter(({ date }) => date <= now).sort((a, b) => a.date.getTime() - b.date.getTime());
}

function threadsOf(organisation: DemoOrganisation, now: Date, random: SeededRandom): DemoMessage[] {
  const topics = [...WESTERN_TOPICS, ...EASTERN_TOPICS];
  return topics.flatMap((topic, place) =>
    Array.from({ length: THREADS_PER_TOPIC }, (_, round) => {
      // Spread evenly, each topic at its own days, the last ones begin today or yesterday.
      const secondsAgo = Math.floor(((round + place / topics.length) * SPAN_DAYS * 86_400) / THREADS_PER_TOPIC);
      const start = inOfficeHours(new Date(now.getTime() - (secondsAgo + random.between(0, 40_000)) * 1000));
      return threadMessages(topic, castOf(topic, organisation, start, now, random), start, now, random);
    }).flat(),
  );
}

function castOf(topic: Topic, organisation: DemoOrganisation, start: Date, now: Date, random: SeededRandom): Cast {
  // Threads last some days: nobody begins one in their last week.
  const later = new Date(start.getTime() + 7 * DAY_MS);
  const speaks = (person: Person) => person.languages.includes(topic.language) && isActive(person, later, now);
  const insiders = organisation.people.filter(speaks);
  const inside = random.pick(insiders);
  const colleagues = insiders.filter((person) => person !== inside);
  const other = topic.internal ? random.pick(colleagues) : random.pick(PARTNERS.filter(speaks));
  const colleaguesCopied = colleagues.filter((person) => person !== other && random.next() < 0.3);
  const shared = organisation.mailboxes.find(({ name }) => name === SHARED_COPY[topic.encloses?.what ?? '']);
  const copy = shared ? [...colleaguesCopied, { name: shared.name, address: shared.primaryAddress }] : colleaguesCopied;
  const [first, second] = topic.begins === 'inside' ? [inside, other] : [other, inside];
  return { first, second, copy };
}
