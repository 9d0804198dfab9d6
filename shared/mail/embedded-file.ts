/** A file that stands encoded in the lines of a text: from `start` to `end`, line ends included. */
export interface EmbeddedFile {
  readonly start: number;
  readonly end: number;
  /** As bytes of the text's charset, each one character. */
  readonly name: string;
  readonly content: () => Buffer;
}
