/**
 * How improbable it is to see `seen` or fewer events where `expected` are, in nats: the probability is at
 * most e to the minus this (Chernoff's bound). The number of events is taken as negative binomial with
 * `dispersion` (above 1) as the ratio of variance and mean. 0 where as many were seen as expected.
 */
export function improbabilityOfSoFew(seen: number, expected: number, dispersion: number): number {
  if (seen >= expected) return 0;
  const size = expected / (dispersion - 1);
  const ratio = (size + expected) / (size + seen);
  const ofSeen = seen === 0 ? 0 : seen * Math.log((seen / expected) * ratio);
  return ofSeen + size * Math.log(ratio);
}

/** How improbable it is that `hits` or more of `total` are of a kind that has this `share` (between 0 and 1), likewise. */
export function improbabilityOfSoMany(hits: number, total: number, share: number): number {
  const seen = hits / total;
  if (seen <= share) return 0;
  const ofOthers = seen === 1 ? 0 : (1 - seen) * Math.log((1 - seen) / (1 - share));
  return total * (seen * Math.log(seen / share) + ofOthers);
}
