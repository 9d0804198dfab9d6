/**
 * What verifying the signatures of one message may cost. Beyond a limit a signature is not verified; its
 * result is `policy`. Mail with honest signatures stays far below all of them.
 */

/**
 * DKIM-Signature fields, topmost first, and ARC sets. Stops thousands of signatures, each of which hashes the body and
 * asks for a key.
 */
export const MAX_SIGNATURES = 10;

/** Of the header section. Stops what takes the square of its size to read. */
export const MAX_SIGNED_HEADER_BYTES = 256 * 1024;

/** Lines of the header section. Stops lists of signed names that are looked for in endless fields. */
export const MAX_SIGNED_HEADER_LINES = 3_000;

/**
 * Of one signature field; real ones have less than 2 KB, with copied fields (z=) some more. Stops endless lists of
 * signed names.
 */
export const MAX_SIGNATURE_FIELD_BYTES = 8 * 1024;

/** Blanks and line ends in a row, in the header section. Stops patterns that try a run of blanks from each of its characters. */
export const MAX_BLANKS_IN_A_ROW = 1_000;

/** Of one line of the body, of which RFC 5322, 2.1.1 allows 998. Stops lines that are copied as a whole. */
export const MAX_BODY_LINE_BYTES = 1024 * 1024;

/** Of a key record; an RSA key of 4,096 bits takes 740. Stops keys that cost more to use than to send. */
export const MAX_KEY_RECORD_CHARACTERS = 4_096;

/** Of a domain or selector in a verdict (RFC 1035, 2.3.4). */
export const MAX_NAME_CHARACTERS = 255;
