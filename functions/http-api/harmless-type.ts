const UNKNOWN = 'application/octet-stream';

/** What no browser runs, by type or by what its subtype begins with. */
const HARMLESS: readonly RegExp[] = [
  /^image\/(?:png|jpeg|gif|webp|bmp|tiff|heic|heif|avif)$/,
  /^(?:audio|video)\/[a-z0-9][a-z0-9.+-]{0,80}$/,
  /^text\/(?:plain|csv|calendar|vcard)$/,
  /^message\/rfc822$/,
  /^application\/(?:pdf|zip|gzip|x-tar|x-7z-compressed|rtf|msword|json|ics|pgp-signature|pkcs7-mime|pkcs7-signature)$/,
  /^application\/vnd\.[a-z0-9][a-z0-9.+-]{0,100}$/,
];

/**
 * The content type that an attachment is given out with: its own where no browser runs it, else
 * `application/octet-stream`. HTML, SVG and other XML, scripts and unknown types never keep theirs.
 */
export function harmlessType(contentType: string): string {
  const type = contentType.toLowerCase().trim();
  return HARMLESS.some((pattern) => pattern.test(type)) && !/xml$/.test(type) ? type : UNKNOWN;
}
