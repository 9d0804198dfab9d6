/**
 * The `most` smallest by key, then by number, of `documents` (ascending) with these keys, in that order; their places
 * in `documents`.
 */
export function topPlaces(keys: Float64Array, most: number): Uint32Array {
  // The root of the heap is the worst of those kept.
  const heap = new Uint32Array(Math.min(most, keys.length));
  let size = 0;
  if (heap.length === 0) return heap;
  for (let place = 0; place < keys.length; place++) {
    if (size < heap.length) {
      heap[size] = place;
      siftUp(heap, keys, size++);
    } else if ((keys[place] as number) < (keys[heap[0] as number] as number)) {
      // A place further on with the same key is worse than all that are kept.
      heap[0] = place;
      siftDown(heap, keys, size);
    }
  }
  return heap.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
}

function isWorse(a: number, b: number, keys: Float64Array): boolean {
  const [keyA, keyB] = [keys[a] as number, keys[b] as number];
  return keyA > keyB || (keyA === keyB && a > b);
}

function siftUp(heap: Uint32Array, keys: Float64Array, from: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >>> 1;
    const [child, above] = [heap[at] as number, heap[parent] as number];
    if (!isWorse(child, above, keys)) return;
    heap[at] = above;
    heap[parent] = child;
    at = parent;
  }
}

function siftDown(heap: Uint32Array, keys: Float64Array, size: number): void {
  let at = 0;
  for (;;) {
    let worst = at;
    for (const child of [at * 2 + 1, at * 2 + 2]) {
      if (child < size && isWorse(heap[child] as number, heap[worst] as number, keys)) worst = child;
    }
    if (worst === at) return;
    const moved = heap[at] as number;
    heap[at] = heap[worst] as number;
    heap[worst] = moved;
    at = worst;
  }
}
