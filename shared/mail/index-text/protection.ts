import { decodedContent } from '../leaf-content.ts';
import { leafText, textContent } from '../leaf-text.ts';
import { encodedBody, type Part } from '../part.ts';

/** Whether a message is encrypted, and whether it is signed by who wrote it. */
export interface Protection {
  readonly isEncrypted: boolean;
  readonly isSigned: boolean;
}

const PKCS7 = new Set(['application/pkcs7-mime', 'application/x-pkcs7-mime']);
const RIGHTS_PROTECTED = 'application/x-microsoft-rpmsg-message';
/** Contents of CMS (RFC 5652, RFC 5083): 1.2.840.113549.1.7.2, …7.3 and …9.16.1.23. */
const SIGNED_DATA = Buffer.from('2a864886f70d010702', 'hex');
const ENVELOPED = [
  Buffer.from('2a864886f70d010703', 'hex'),
  Buffer.from('2a864886f70d010910 0117'.replace(' ', ''), 'hex'),
];
/** Where the type of a CMS content stands. */
const CMS_START = 64;
/** Of one text. PGP blocks are text from the first line on, or stand below a few lines of it. */
const PGP_WITHIN_BYTES = 64 * 1024;
const PGP_ENCRYPTED = /^-----BEGIN PGP MESSAGE-----\s*$/m;
const PGP_SIGNED = /^-----BEGIN PGP SIGNED MESSAGE-----\s*$/m;

/** Looks at the structure of a message, and for PGP in its texts; messages nested in it do not count. Never throws. */
export function protectionOf(root: Part): Protection {
  let isEncrypted = false;
  let isSigned = false;
  const open = [root];
  for (let part = open.pop(); part; part = open.pop()) {
    const own = protectionOfPart(part);
    isEncrypted ||= own.isEncrypted;
    isSigned ||= own.isSigned;
    if (part.kind === 'multipart') open.push(...part.children);
  }
  return { isEncrypted, isSigned };
}

function protectionOfPart(part: Part): Protection {
  if (part.kind === 'multipart') {
    return { isEncrypted: part.type === 'multipart/encrypted', isSigned: part.type === 'multipart/signed' };
  }
  if (part.kind === 'nested-message') return { isEncrypted: false, isSigned: false };
  if (PKCS7.has(part.type)) return protectionOfCms(part);
  if (part.type === 'text/plain') return protectionOfText(part);
  return { isEncrypted: part.type === RIGHTS_PROTECTED, isSigned: false };
}

function protectionOfCms(part: Part): Protection {
  const declared = part.contentType.parameters.get('smime-type')?.toLowerCase() ?? '';
  const start = decodedContent(part).content.subarray(0, CMS_START);
  return {
    isEncrypted: declared.includes('enveloped') || ENVELOPED.some((type) => start.includes(type)),
    isSigned: declared === 'signed-data' || start.includes(SIGNED_DATA),
  };
}

function protectionOfText(part: Part): Protection {
  if (part.encoding === 'identity' && !encodedBody(part).includes('-----BEGIN PGP ')) {
    return { isEncrypted: false, isSigned: false };
  }
  const text = leafText(part, textContent(part).subarray(0, PGP_WITHIN_BYTES));
  return { isEncrypted: PGP_ENCRYPTED.test(text), isSigned: PGP_SIGNED.test(text) };
}
