import type { SeededRandom } from '../seeded-random.ts';

/** Readings of an instrument as CSV (RFC 4180). */
export function readingsCsv(random: SeededRandom, product: string, rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_, index) => {
    const nominal = (index + 1) * 5;
    const measured = nominal + (random.between(-40, 40) / 1000) * nominal;
    return `${index + 1},${product},${nominal.toFixed(2)},${measured.toFixed(3)},${random.between(195, 215) / 10}`;
  });
  return Buffer.from(['point,instrument,nominal_bar,measured_bar,temperature_c', ...lines, ''].join('\r\n'));
}
