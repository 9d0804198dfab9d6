/** Bytes of mail that a function reads at once; a message over it goes alone. Reading takes several times the memory. */
export const BYTES_IN_FLIGHT = 48 * 1024 * 1024;
