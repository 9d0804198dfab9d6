import type { Person } from './person.ts';

/** A mailbox of the organisation, as the API creates it. */
interface DemoMailbox {
  readonly name: string;
  readonly primaryAddress: string;
  readonly secondaryAddresses: readonly string[];
}

/** Someone of the organisation who may sign in to the archive. */
interface DemoUser {
  readonly userName: string;
  readonly fullName: string;
  readonly password: string;
  /** Primary addresses of the mailboxes that they may read. */
  readonly reads: readonly string[];
}

/** A small organisation with people in several countries. */
export interface DemoOrganisation {
  readonly name: string;
  readonly domain: string;
  readonly people: readonly Person[];
  readonly mailboxes: readonly DemoMailbox[];
  readonly users: readonly DemoUser[];
  /** Name of the journal endpoint that gets all of its mail. */
  readonly endpointName: string;
}

const DOMAIN = 'lindenhof-instruments.example';
const THUNDERBIRD = 'Mozilla Thunderbird';
const OUTLOOK = 'Microsoft Outlook 16.0';
const APPLE = 'Apple Mail (2.3826.700.81)';

/** The organisation that the demo archives: a maker of measuring instruments, invented, under a reserved domain. */
export function demoOrganisation(): DemoOrganisation {
  const people = PEOPLE.map((person) => ({ ...person, company: 'Lindenhof Instruments' }));
  const own: DemoMailbox[] = people.map((person) => ({
    name: person.leftDaysAgo === undefined ? person.name : `${person.name} (left)`,
    primaryAddress: person.address,
    secondaryAddresses: SECONDARY[person.address] ?? [],
  }));
  const shared: DemoMailbox[] = [
    { name: 'Service', primaryAddress: `service@${DOMAIN}`, secondaryAddresses: [`support@${DOMAIN}`] },
    { name: 'Accounting', primaryAddress: `accounting@${DOMAIN}`, secondaryAddresses: [`rechnung@${DOMAIN}`] },
  ];
  return {
    name: 'Lindenhof Instruments',
    domain: DOMAIN,
    people,
    mailboxes: [...own, ...shared],
    users: USERS,
    endpointName: 'Lindenhof journal',
  };
}

const berlin = { zoneMinutes: 60, summerTime: true };

const PEOPLE: readonly Omit<Person, 'company'>[] = [
  {
    name: 'Anna Keller',
    address: `anna.keller@${DOMAIN}`,
    title: 'Geschäftsführerin',
    languages: ['de', 'en', 'fr'],
    mailer: THUNDERBIRD,
    ...berlin,
  },
  {
    name: 'Jürgen Brandt',
    address: `juergen.brandt@${DOMAIN}`,
    title: 'Vertrieb',
    languages: ['de', 'en', 'ar'],
    mailer: OUTLOOK,
    ...berlin,
  },
  {
    name: 'Claire Dubois',
    address: `claire.dubois@${DOMAIN}`,
    title: 'Responsable qualité',
    languages: ['fr', 'en', 'ar'],
    mailer: OUTLOOK,
    ...berlin,
  },
  {
    name: 'Marta Wiśniewska',
    address: `marta.wisniewska@${DOMAIN}`,
    title: 'Zakupy',
    languages: ['pl', 'en', 'de', 'ru'],
    mailer: THUNDERBIRD,
    ...berlin,
  },
  {
    name: 'Javier Muñoz',
    address: `javier.munoz@${DOMAIN}`,
    title: 'Ventas Iberia',
    languages: ['es', 'en', 'fr'],
    mailer: APPLE,
    ...berlin,
  },
  {
    name: 'Ελένη Παπαδοπούλου',
    address: `eleni.papadopoulou@${DOMAIN}`,
    title: 'Τεχνική υποστήριξη',
    languages: ['el', 'en'],
    mailer: THUNDERBIRD,
    zoneMinutes: 120,
    summerTime: true,
  },
  {
    name: '佐藤 春香',
    address: `haruka.sato@${DOMAIN}`,
    title: '技術営業',
    languages: ['ja', 'en', 'zh'],
    mailer: APPLE,
    zoneMinutes: 540,
    summerTime: false,
  },
  {
    name: 'Grace Adeyemi',
    address: `grace.adeyemi@${DOMAIN}`,
    title: 'Calibration Lab',
    languages: ['en', 'zh', 'ru'],
    mailer: OUTLOOK,
    zoneMinutes: 0,
    summerTime: true,
  },
  {
    name: 'Thomas Whitfield',
    address: `thomas.whitfield@${DOMAIN}`,
    title: 'Sales UK & Ireland',
    languages: ['en'],
    mailer: OUTLOOK,
    zoneMinutes: 0,
    summerTime: true,
    leftDaysAgo: 150,
  },
];

const SECONDARY: Readonly<Record<string, readonly string[]>> = {
  [`anna.keller@${DOMAIN}`]: [`a.keller@${DOMAIN}`, `office@${DOMAIN}`],
  [`juergen.brandt@${DOMAIN}`]: [`vertrieb@${DOMAIN}`],
  [`grace.adeyemi@${DOMAIN}`]: [`calibration@${DOMAIN}`],
};

const USERS: readonly DemoUser[] = [
  {
    userName: 'anna',
    fullName: 'Anna Keller',
    password: 'lindenhof-demo-anna',
    reads: [`anna.keller@${DOMAIN}`, `thomas.whitfield@${DOMAIN}`],
  },
  {
    userName: 'haruka',
    fullName: '佐藤 春香',
    password: 'lindenhof-demo-haruka',
    reads: [`haruka.sato@${DOMAIN}`, `service@${DOMAIN}`],
  },
];
