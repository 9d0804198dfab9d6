import type { Anomalies } from './anomaly.ts';
import type { HeaderField, HeaderSection } from './header-section.ts';
import { unfoldedBytes } from './header-value.ts';
import { type ParameterisedValue, readParameters } from './parameters.ts';
import { type TransferEncoding, transferEncodingOf } from './transfer-encoding.ts';

/** What the header section of a part says of its content (RFC 2045, RFC 2183). */
export interface ContentFields {
  readonly contentType: ParameterisedValue;
  /** `type/subtype`, lower case, or the default. */
  readonly type: string;
  readonly disposition: ParameterisedValue | undefined;
  readonly encoding: TransferEncoding;
}

const NO_PARAMETERS: ParameterisedValue = { value: '', parameters: new Map(), repeated: false, tooMany: false };
const MEDIA_TYPE = /^[!#$%&'*+\-.^_`|~0-9a-z]+\/[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Reads the content fields; of a repeated one the first counts. `defaultType` is what RFC 2046, 5.1.5 changes in a digest. */
export function readContentFields(section: HeaderSection, defaultType: string, anomalies: Anomalies): ContentFields {
  let typeField: HeaderField | undefined;
  let dispositionField: HeaderField | undefined;
  let encodingField: HeaderField | undefined;
  for (const field of section.fields) {
    if (field.name === 'content-type') {
      if (typeField) anomalies.add('repeated_singleton_field');
      else typeField = field;
    } else if (field.name === 'content-disposition') {
      if (dispositionField) anomalies.add('repeated_singleton_field');
      else dispositionField = field;
    } else if (field.name === 'content-transfer-encoding') {
      if (encodingField) anomalies.add('repeated_singleton_field');
      else encodingField = field;
    }
  }
  const contentType = typeField ? parameterised(section, typeField, anomalies) : NO_PARAMETERS;
  const disposition = dispositionField ? parameterised(section, dispositionField, anomalies) : undefined;
  let type = typeField ? contentType.value.replace(/\s/g, '') : defaultType;
  if (!MEDIA_TYPE.test(type)) {
    anomalies.add('malformed_content_type');
    type = 'text/plain';
  }
  if (disposition && !TOKEN.test(disposition.value)) anomalies.add('malformed_disposition');
  const encoding = encodingField
    ? transferEncodingOf(readParameters(unfoldedBytes(section, encodingField)).value)
    : 'identity';
  if (encoding === 'unknown') anomalies.add('unknown_transfer_encoding');
  return { contentType, type, disposition, encoding };
}

function parameterised(section: HeaderSection, field: HeaderField, anomalies: Anomalies): ParameterisedValue {
  const value = readParameters(unfoldedBytes(section, field));
  if (value.repeated) anomalies.add('repeated_parameter');
  if (value.tooMany) anomalies.add('too_many_parameters');
  return value;
}
