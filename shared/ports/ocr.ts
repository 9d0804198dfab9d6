/** Reads text off pictures. */
export interface Ocr {
  /** Whether it takes contents of this type (`type/subtype`). */
  takes(contentType: string): boolean;
  /**
   * The text in a picture, or in a document that is made of pictures; empty where there is none. Throws
   * `UnreadableError` where the content cannot be read, `StorageError` (retryable) where it did not get to it.
   */
  recognise(content: Uint8Array, contentType: string): Promise<string>;
}
