/** The languages that the demo's people write in. */
export type Language = 'ar' | 'de' | 'el' | 'en' | 'es' | 'fr' | 'ja' | 'pl' | 'ru' | 'zh';

/** Someone who writes and gets mail. */
export interface Person {
  readonly name: string;
  readonly address: string;
  readonly title: string;
  readonly company: string;
  readonly languages: readonly Language[];
  /** Offset from UTC in winter, in minutes. */
  readonly zoneMinutes: number;
  /** Whether clocks there go an hour ahead in summer. */
  readonly summerTime: boolean;
  readonly mailer: string;
  /** How many days before the demo's present the person left; their mail stops then. */
  readonly leftDaysAgo?: number;
}

/** Whether `person` still writes and gets mail at `date`. */
export function isActive(person: Person, date: Date, now: Date): boolean {
  return person.leftDaysAgo === undefined || date.getTime() < now.getTime() - person.leftDaysAgo * 86_400_000;
}
