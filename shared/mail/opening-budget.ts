/** Containers in containers (TNEF, signed content, embedded messages), nested multiparts not counted. Stops Russian dolls. */
export const MAX_OPENING_DEPTH = 6;

/** Of one message, taken out of containers and text. Stops lists of millions of empty files. */
export const MAX_OPENED_FILES = 10_000;

/**
 * Of one message, over all containers: its own size, and this much beside it. Stops containers that hold the same
 * bytes once more at every level, and compressed text that grows.
 */
const MAX_OPENED_BYTES = 64 * 1024 * 1024;

/** Of one message. Stops thousands of them, each of which may be a message as costly as the first. */
export const MAX_SIGNED_CONTENTS = 8;

/** What opening the containers of one message may still cost; shared by all of them. What it refuses stays closed. */
export class OpeningBudget {
  #bytesLeft: number;
  #filesLeft = MAX_OPENED_FILES;
  #signedLeft = MAX_SIGNED_CONTENTS;

  constructor(messageSizeBytes: number) {
    this.#bytesLeft = messageSizeBytes + MAX_OPENED_BYTES;
  }

  /** Whether a container of that many bytes, `depth` others around it, may be opened. */
  takeContainer(sizeBytes: number, depth: number): boolean {
    return depth < MAX_OPENING_DEPTH && this.takeBytes(sizeBytes);
  }

  /** The same for content that is a message of its own. */
  takeSigned(sizeBytes: number, depth: number): boolean {
    return this.#signedLeft-- > 0 && this.takeContainer(sizeBytes, depth);
  }

  takeBytes(sizeBytes: number): boolean {
    if (sizeBytes > this.#bytesLeft) return false;
    this.#bytesLeft -= sizeBytes;
    return true;
  }

  takeFile(): boolean {
    return this.#filesLeft-- > 0;
  }
}
