import type { ObjectKey } from '../../../ports/object-store.ts';
import type { MessageToWrite } from '../../../ports/segment-writer.ts';
import type { ManifestSegment } from '../../../search/manifest.ts';
import type { IndexContext } from './index-context.ts';
import type { IndexUnit } from './index-unit.ts';
import { filesOf, newSegmentId } from './segment-files.ts';

/**
 * A segment is written once its texts have so many characters: bounds what lies in memory, here and where it is
 * written, and how long handing it over takes.
 */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Segments made of the messages that are added: while one is written, the messages of the next are collected. */
export class NewSegments {
  readonly #context: Pick<IndexContext, 'ports' | 'segments'>;
  readonly #unit: IndexUnit;
  readonly #written: ObjectKey[];
  readonly #segments: ManifestSegment[] = [];
  #documents: MessageToWrite[] = [];
  #characters = 0;
  /** Never rejects; what failed is in `#failure`. */
  #writing: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  /** Whoever adds waits for it: two segments are in memory at most, the one that is written and the next. */
  #room: Promise<void> = Promise.resolve();

  /** `written` gets the keys of all files before they are there. */
  constructor(context: Pick<IndexContext, 'ports' | 'segments'>, unit: IndexUnit, written: ObjectKey[]) {
    this.#context = context;
    this.#unit = unit;
    this.#written = written;
  }

  /** Resolves once there is room for another. Throws where writing failed. */
  async add(document: MessageToWrite): Promise<void> {
    this.#documents.push(document);
    this.#characters += document.texts.reduce((sum, { text }) => sum + text.length, 0);
    if (this.#characters > MAX_CHARACTERS) this.#write();
    await this.#room;
    this.#check();
  }

  /** Hands over what is left; resolves once all is stored. Throws what writing failed with. */
  async finish(): Promise<readonly ManifestSegment[]> {
    if (this.#documents.length > 0) this.#write();
    await this.#writing;
    this.#check();
    return this.#segments;
  }

  /** Waits for what is under way: after a failure elsewhere. */
  async abandon(): Promise<void> {
    await this.#writing;
  }

  #write(): void {
    const documents = this.#documents;
    const before = this.#writing;
    this.#documents = [];
    this.#characters = 0;
    this.#room = before;
    this.#writing = before.then(() => this.#build(documents));
  }

  async #build(documents: readonly MessageToWrite[]): Promise<void> {
    if (this.#failure) return;
    const segmentId = newSegmentId(this.#context.ports);
    this.#written.push(...filesOf(this.#unit, { segmentId }));
    try {
      this.#segments.push(await this.#context.segments.build({ unit: this.#unit, segmentId }, documents));
    } catch (error) {
      this.#failure = { error };
    }
  }

  #check(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
