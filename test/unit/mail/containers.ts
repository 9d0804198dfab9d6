/** An element of DER with that tag. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const length = Buffer.alloc(5);
  length[0] = 0x84;
  length.writeUInt32BE(content.length, 1);
  return Buffer.concat([Buffer.of(tag), length, content]);
}

/** An element of BER with that tag, of indefinite length. */
export function ber(tag: number, ...contents: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(tag, 0x80), ...contents, Buffer.of(0, 0)]);
}

const SIGNED_DATA = der(0x06, Buffer.from('2a864886f70d010702', 'hex'));
const DATA = der(0x06, Buffer.from('2a864886f70d010701', 'hex'));

/** A CMS SignedData without signers; `octets` is the octet string of its content. */
export function signedData(octets: Buffer, element: typeof der = der): Buffer {
  const content = element(0x30, DATA, element(0xa0, octets));
  const algorithms = element(0x31, element(0x30, DATA));
  const signed = element(0x30, der(0x02, Buffer.of(1)), algorithms, content, element(0x31));
  return element(0x30, SIGNED_DATA, element(0xa0, signed));
}

/** The MIME entity that holds a CMS SignedData of `content`. */
export function signedEntity(content: string): string {
  const cms = signedData(der(0x04, Buffer.from(content, 'latin1'))).toString('base64');
  return `Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n${cms}`;
}

/** An attribute of TNEF. */
export function attribute(level: 1 | 2, id: number, data: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head[0] = level;
  head.writeUInt32LE(id, 1);
  head.writeUInt32LE(data.length, 5);
  return Buffer.concat([head, data, Buffer.of(0, 0)]);
}

/** A TNEF stream of these attributes. */
export function tnefStream(...attributes: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0x78, 0x9f, 0x3e, 0x22, 1, 0), ...attributes]);
}

/** An attachment within a TNEF stream. */
export function tnefFile(title: string, content: Buffer): Buffer {
  const data = [attribute(2, 0x69002, Buffer.alloc(14)), attribute(2, 0x18010, Buffer.from(`${title}\0`, 'latin1'))];
  return Buffer.concat([...data, attribute(2, 0x6800f, content)]);
}

/** The MIME entity that holds a TNEF stream. */
export function winmail(stream: Buffer): string {
  const head = 'Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64';
  return `${head}\r\n\r\n${stream.toString('base64')}`;
}
