/**
 * What makes mail programs disagree on what a message shows, so that only identical bytes count as the same message
 * (docs/fingerprint.md has a sentence on each). The names are stored and never reworded.
 */
export type Anomaly =
  | 'no_message_id'
  | 'no_date'
  | 'bare_cr_line_ends'
  | 'blank_line_at_start'
  | 'byte_order_mark'
  | 'nul_in_header'
  | 'bare_cr_in_header'
  | 'line_without_field'
  | 'whitespace_line_in_header'
  | 'no_blank_line'
  | 'repeated_singleton_field'
  | 'malformed_content_type'
  | 'malformed_disposition'
  | 'repeated_parameter'
  | 'missing_boundary'
  | 'unclosed_boundary'
  | 'repeated_boundary'
  | 'delimiter_after_close'
  | 'encoded_multipart'
  | 'unknown_transfer_encoding'
  | 'malformed_base64'
  | 'malformed_quoted_printable'
  | 'malformed_uuencode'
  | 'too_large_header_section'
  | 'too_many_fields'
  | 'too_many_parts'
  | 'too_deep'
  | 'too_much_nested_encoding'
  | 'too_many_addresses'
  | 'too_many_parameters'
  | 'too_many_trace_fields';

/** The anomalies met so far while one message is read; each once, in the order met. */
export class Anomalies {
  readonly #met = new Set<Anomaly>();

  add(anomaly: Anomaly): void {
    this.#met.add(anomaly);
  }

  get list(): readonly Anomaly[] {
    return [...this.#met];
  }

  get any(): boolean {
    return this.#met.size > 0;
  }
}
