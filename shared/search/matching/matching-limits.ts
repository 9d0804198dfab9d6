/** How many messages a page shows at most: texts are loaded for each. */
export const MOST_SHOWN = 200;

/** Newest first, counting may stop here once the page is full: totals are exact up to it. */
export const COUNTED_AT_LEAST = 10_000;

/** Words of a segment that one word of a query stands for, the most frequent. Stops `a*` from reading all postings there are. */
export const MOST_TERMS = 1_000;
/** The same for all words of a query together, shared evenly; stops `a* OR b* OR …`. */
export const MOST_TERMS_OF_QUERY = 10_000;
/** Each word of a query stands for so many at least. */
export const LEAST_TERMS = 20;

/** Positions read in one segment for phrases and NEAR. Stops many of them over words that are everywhere. */
export const MOST_POSITIONS = 20_000_000;
/** Lists of messages that have a word, read at once: what waits for storage does so together. */
export const POSTINGS_AT_ONCE = 32;
/** Messages whose positions are in memory at once. */
export const POSITIONS_AT_ONCE = 4_096;

/** Words and phrases that scores are made of, the first of a query: each takes a column of all matches. */
export const MOST_SCORED = 32;

/** Segments under way at once: what waits for storage does so together, and memory stays bounded. */
export const SEGMENTS_AT_ONCE = 16;

/** Values of a facet that are counted: stops senders of millions of addresses from filling the memory. */
export const MOST_FACET_VALUES = 100_000;
/** Values of a facet that one worker hands to another. */
export const MOST_FACET_VALUES_HANDED_ON = 300;
/** Values of a facet that are shown, and months. */
export const FACET_VALUES_SHOWN = 20;
export const FACET_MONTHS_SHOWN = 120;

/** Characters of a snippet, about. */
export const SNIPPET_CHARACTERS = 200;
/** Words of a segment that are marked for each word of a query. */
export const MOST_TERMS_MARKED = 100;
/** Places of one message among which the best is chosen: a long text has more than anybody needs. */
export const MOST_PLACES = 5_000;
