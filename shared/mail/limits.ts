/**
 * What one message may make the reader do. Reaching a limit is an anomaly, never an error: the bytes stay whole,
 * they are just not taken apart any further. Each name says what is counted, each comment which attack it stops.
 */

/** Of one header section; what lies beyond is read as body. Stops header sections that never end. */
export const MAX_HEADER_SECTION_BYTES = 16 * 1024 * 1024;

/** Of one message, nested ones and parts included. Stops millions of one-letter fields, each of which is an object. */
export const MAX_FIELDS = 200_000;

/** Of one message; the rest of it becomes one last part. Stops millions of empty parts. */
export const MAX_PARTS = 20_000;

/** Multiparts and nested messages within each other; deeper ones are leaves. Stops exhaustion of the stack. */
export const MAX_DEPTH = 50;

/** RFC 2046, 5.1.1 allows 70 characters. Stops delimiters that cost more to compare than lines to read. */
export const MAX_BOUNDARY_LENGTH = 998;

/**
 * Of encoded nested messages, per message: its own size, and this much beside it. Stops messages in messages, each
 * encoded once more, that would be copied at every level.
 */
export const MAX_NESTED_DECODED_BYTES = 64 * 1024 * 1024;

/** Of one header section. Stops fields of millions of commas. */
export const MAX_ADDRESSES = 50_000;

/** Of comments in comments (RFC 5322, 3.2.2), of which people write one level. */
export const MAX_COMMENT_DEPTH = 100;

/** Of one structured field (RFC 2045, 5.1). Stops fields of millions of semicolons. */
export const MAX_PARAMETERS = 2_000;

/** Of one value; later ones stay encoded. Stops fields of millions of words, each in a charset of its own. */
export const MAX_ENCODED_WORDS = 50_000;

/** Of the subject in facts and lists; the fingerprint always covers all of it. Stops lists of megabytes. */
export const MAX_SUBJECT_LENGTH = 10_000;

/** Trace fields kept in the facts. Stops mail loops and forged ones that fill the records. */
export const MAX_TRACE_FIELDS = 1_000;

/** Of `text` and of `html` in a view. Stops pages that no browser shows. */
export const MAX_VIEW_CHARACTERS = 1_000_000;
