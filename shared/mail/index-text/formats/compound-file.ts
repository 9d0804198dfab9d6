const SIGNATURE = 0xe11ab1a1e011cfd0n;
const HEADER_BYTES = 512;
const HEADER_DIFAT = 109;
const ENTRY_BYTES = 128;
/** Marks of sectors that are none: free, end of chain, and those of the tables themselves. */
const MAX_SECTOR = 0xfffffffa;
const MINI_CUTOFF = 4096;
const MINI_SECTOR_BYTES = 64;
const NONE = 0xffffffff;
const STORAGE = 1;
const STREAM = 2;
const ROOT = 5;
/** Of one file. Stops trees of millions of entries. */
const MAX_ENTRIES = 100_000;

interface Entry {
  readonly name: string;
  readonly kind: number;
  readonly left: number;
  readonly right: number;
  readonly child: number;
  readonly start: number;
  readonly sizeBytes: number;
}

/** A storage [MS-CFB, 2.6]: a folder in a compound file. */
export interface Storage {
  readonly name: string;
  readonly storages: readonly Storage[];
  readonly streams: ReadonlyMap<string, () => Buffer>;
}

/** The root storage of a compound file [MS-CFB]; `undefined` where it is none, or its directory cannot be read. Never throws. */
export function readCompoundFile(file: Buffer): Storage | undefined {
  if (file.length < HEADER_BYTES || file.readBigUInt64LE(0) !== SIGNATURE) return undefined;
  return new CompoundFile(file).root();
}

class CompoundFile {
  readonly #file: Buffer;
  readonly #sectorBytes: number;
  readonly #fat: readonly Buffer[];
  readonly #miniFat: Buffer;
  readonly #entries: readonly Entry[];
  readonly #miniStream: Buffer;
  readonly #seen = new Set<number>();

  constructor(file: Buffer) {
    this.#file = file;
    this.#sectorBytes = file.readUInt16LE(30) === 12 ? 4096 : 512;
    this.#fat = this.#readFat();
    this.#entries = this.#readEntries(this.#chain(file.readUInt32LE(48)));
    this.#miniFat = this.#chain(file.readUInt32LE(60));
    const [root] = this.#entries;
    this.#miniStream = root?.kind === ROOT ? this.#chain(root.start).subarray(0, root.sizeBytes) : Buffer.alloc(0);
  }

  root(): Storage | undefined {
    const [root] = this.#entries;
    return root?.kind === ROOT ? this.#storage(root) : undefined;
  }

  /** Each entry counts once, so that a tree which bites its tail ends. */
  #storage({ name, child }: Entry): Storage {
    const storages: Storage[] = [];
    const streams = new Map<string, () => Buffer>();
    const open = [child];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const entry = this.#entries[id];
      if (entry === undefined || this.#seen.has(id)) continue;
      this.#seen.add(id);
      open.push(entry.left, entry.right);
      if (entry.kind === STORAGE) storages.push(this.#storage(entry));
      else if (entry.kind === STREAM) streams.set(entry.name, () => this.#stream(entry));
    }
    return { name, storages, streams };
  }

  #stream({ start, sizeBytes }: Entry): Buffer {
    if (sizeBytes >= MINI_CUTOFF) return this.#chain(start, sizeBytes).subarray(0, sizeBytes);
    const pieces: Buffer[] = [];
    let length = 0;
    for (let sector = start; sector < MAX_SECTOR && length < sizeBytes; length += MINI_SECTOR_BYTES) {
      pieces.push(this.#miniStream.subarray(sector * MINI_SECTOR_BYTES, (sector + 1) * MINI_SECTOR_BYTES));
      sector = sector * 4 + 4 <= this.#miniFat.length ? this.#miniFat.readUInt32LE(sector * 4) : NONE;
    }
    return Buffer.concat(pieces).subarray(0, sizeBytes);
  }

  #sector(number: number): Buffer {
    const start = (number + 1) * this.#sectorBytes;
    return this.#file.subarray(start, start + this.#sectorBytes);
  }

  /** The sectors of the table of sectors stand in the header, and behind it in a chain of their own. */
  #readFat(): Buffer[] {
    const file = this.#file;
    const count = Math.min(file.readUInt32LE(44), Math.ceil(file.length / this.#sectorBytes));
    const sectors: number[] = [];
    for (let index = 0; index < Math.min(count, HEADER_DIFAT); index++) sectors.push(file.readUInt32LE(76 + index * 4));
    const perSector = this.#sectorBytes / 4 - 1;
    for (let next = file.readUInt32LE(68); next < MAX_SECTOR && sectors.length < count; ) {
      const table = this.#sector(next);
      if (table.length < this.#sectorBytes) break;
      for (let index = 0; index < perSector; index++) sectors.push(table.readUInt32LE(index * 4));
      next = table.readUInt32LE(perSector * 4);
    }
    return sectors.slice(0, count).map((sector) => this.#sector(sector));
  }

  #next(sector: number): number {
    const perSector = this.#sectorBytes / 4;
    const table = this.#fat[Math.floor(sector / perSector)];
    const at = (sector % perSector) * 4;
    return table && at + 4 <= table.length ? table.readUInt32LE(at) : NONE;
  }

  /** The bytes of a chain of sectors, up to `limit`; never more than the file has, so that a ring ends. */
  #chain(start: number, limit = this.#file.length): Buffer {
    const pieces: Buffer[] = [];
    const end = Math.min(limit, this.#file.length);
    let length = 0;
    for (let sector = start; sector < MAX_SECTOR && length < end; sector = this.#next(sector)) {
      const piece = this.#sector(sector);
      if (piece.length === 0) break;
      pieces.push(piece);
      length += piece.length;
    }
    return Buffer.concat(pieces);
  }

  #readEntries(directory: Buffer): Entry[] {
    const entries: Entry[] = [];
    for (let at = 0; at + ENTRY_BYTES <= directory.length && entries.length < MAX_ENTRIES; at += ENTRY_BYTES) {
      const nameBytes = Math.min(64, Math.max(2, directory.readUInt16LE(at + 64)));
      entries.push({
        name: directory.toString('utf16le', at, at + nameBytes - 2),
        kind: directory[at + 66] ?? 0,
        left: directory.readUInt32LE(at + 68),
        right: directory.readUInt32LE(at + 72),
        child: directory.readUInt32LE(at + 76),
        start: directory.readUInt32LE(at + 116),
        sizeBytes: directory.readUInt32LE(at + 120),
      });
    }
    return entries;
  }
}
