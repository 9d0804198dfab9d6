import { type ParameterisedValue, parameterText } from './parameters.ts';

/** The name a part gives its content: `filename` of its disposition (RFC 2183, 2.3), else `name` of its type; empty if none. */
export function filenameOf(part: {
  readonly contentType: ParameterisedValue;
  readonly disposition: ParameterisedValue | undefined;
}): string {
  const filename = part.disposition && parameterText(part.disposition, 'filename');
  return (filename || parameterText(part.contentType, 'name')) ?? '';
}
