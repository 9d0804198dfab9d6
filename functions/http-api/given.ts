/** An object whose optional properties are absent rather than `undefined`. */
type Given<Value extends object> = { [Name in keyof Value]: Exclude<Value[Name], undefined> };

/** What a client gave: properties that are `undefined` are left out, so that spreading them overwrites nothing. */
export function given<Value extends object>(value: Value): Given<Value> {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  // `Object.entries` and `fromEntries` lose the type of each property.
  return Object.fromEntries(entries) as Given<Value>;
}
