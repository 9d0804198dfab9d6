import { dateTime } from './header-field.ts';
import type { SeededRandom } from './seeded-random.ts';

/** The fields that mail systems put on top of a message on its way from one domain to another (RFC 5321, 4.4). */
export function traceFields(random: SeededRandom, from: string, to: string, date: Date): string[] {
  const [fromDomain, toDomain] = [domainOf(from), domainOf(to)];
  const at = (seconds: number) => dateTime(new Date(date.getTime() + seconds * 1000), 0);
  return [
    `Return-Path: <${from}>`,
    `Received: from out.${fromDomain} (out.${fromDomain} [192.0.2.${random.between(2, 250)}])\r\n\tby mx.${toDomain} with ESMTPS id ${random.hex(10)};\r\n\t${at(3)}`,
    `Received: from client.${fromDomain} (unknown [198.51.100.${random.between(2, 250)}])\r\n\tby out.${fromDomain} with ESMTPSA id ${random.hex(10)};\r\n\t${at(1)}`,
  ];
}

/** The part of an address after the last `@`. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
