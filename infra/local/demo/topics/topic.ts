import type { Language } from '../person.ts';

/** What a message of a thread brings along. */
export type Enclosure = 'invitation' | 'invoice' | 'photo' | 'readings' | 'archive';

/** One thing that people write about; its threads differ in people, dates and the values of `{placeholders}`. */
export interface Topic {
  readonly language: Language;
  /** Who begins: someone of the organisation or a partner. */
  readonly begins: 'inside' | 'outside';
  /** Whether the other side is of the organisation too. */
  readonly internal?: boolean;
  readonly subject: string;
  /** What is written in turn; blank lines between paragraphs. */
  readonly turns: readonly string[];
  /** Index of a turn and what goes with it. */
  readonly encloses?: { readonly turn: number; readonly what: Enclosure };
}
