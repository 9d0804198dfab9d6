import type { IndexDocument } from '../../../shared/search/index-document.ts';

/** Queries of one kind, as people would type them. */
export interface QueryKind {
  readonly name: string;
  readonly queries: readonly string[];
}

/** So many queries of a kind: percentiles of fewer say little. */
const QUERIES = 40;
/** Words in so many messages of the sample are rare, and of those in this share of it common. */
const RARE = 2;
const COMMON_SHARE = 0.05;

/** Queries whose words stand in this mail: always the same for the same mail. */
export function queriesFor(documents: readonly IndexDocument[]): readonly QueryKind[] {
  const counts = new Map<string, number>();
  const phrases: string[] = [];
  for (const [n, document] of documents.entries()) {
    const words = wordsOf(document);
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
    const at = (n * 7) % Math.max(1, words.length - 2);
    const [first, second] = words.slice(at, at + 2);
    if (n % 11 === 0 && first && second) phrases.push(`"${first} ${second}"`);
  }
  const rare = [...counts].filter(([, count]) => count === RARE).map(([word]) => word);
  const common = [...counts].filter(([, count]) => count > documents.length * COMMON_SHARE).map(([word]) => word);
  const senders = [...new Set(documents.map(({ sender }) => sender).filter((sender) => sender.includes('@')))];
  const filtered = spread(common).map((word, n) => {
    return `${word} ${FILTERS[n % FILTERS.length]} ${n % 2 === 0 ? '' : `from:${senders[(n * 13) % senders.length]?.split('@')[1]}`}`.trim();
  });
  return [
    { name: 'rare', queries: spread(rare) },
    { name: 'common', queries: spread(common) },
    { name: 'phrase', queries: spread(phrases) },
    { name: 'filters', queries: filtered },
    { name: 'rare with filters', queries: spread(rare).map((word) => `${word} after:2018 before:2025`) },
    { name: 'phrase with filters', queries: spread(phrases).map((phrase) => `${phrase} after:2020 has:attachment`) },
    { name: 'two words', queries: spread(common).map((word, n) => `${word} ${common[(n * 17 + 5) % common.length]}`) },
    { name: 'everything', queries: [''] },
  ];
}

const FILTERS = [
  'after:2020',
  'before:2019',
  'has:attachment',
  'larger:10kB',
  'is:received',
  'after:2022-03 before:2023',
];

/** As many as are measured, evenly over all there are. */
function spread(texts: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.floor(texts.length / QUERIES));
  return texts.filter((_, n) => n % step === 0).slice(0, QUERIES);
}

function wordsOf({ texts }: IndexDocument): readonly string[] {
  const body = texts.find(({ field }) => field === 'body')?.text.slice(0, 4_000) ?? '';
  return body.toLowerCase().match(/[a-zäöüß]{4,14}/g) ?? [];
}
