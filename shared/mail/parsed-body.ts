import { MailParser, type SimpleParserOptions } from 'mailparser';
import type { BodyText } from './body-text.ts';

/**
 * Nested messages and delivery reports are attachments: only the outer body is shown. Nothing is converted: what a view
 * shows as HTML is made from it where it is sanitised.
 */
const OPTIONS: SimpleParserOptions & { readonly ignoreEmbedded: boolean; readonly keepDeliveryStatus: boolean } = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepCidLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
};

/** The body of a message as mailparser shows it, or `undefined` where mailparser gives up on the message. */
export function parseBody(message: Buffer): Promise<BodyText | undefined> {
  return new Promise((resolve) => {
    const parser = new MailParser(OPTIONS);
    let body: BodyText = { text: undefined, html: undefined };
    parser.on('data', (data: unknown) => {
      if (isAttachmentEvent(data)) data.release();
      else if (isTextEvent(data)) body = { text: textOf(data.text), html: textOf(data.html) };
    });
    parser.on('error', () => resolve(undefined));
    parser.on('close', () => resolve(undefined));
    parser.on('end', () => resolve(body));
    parser.end(message);
  });
}

function isAttachmentEvent(data: unknown): data is { release(): void } {
  return typeof data === 'object' && data !== null && 'release' in data && typeof data.release === 'function';
}

function isTextEvent(data: unknown): data is { text?: unknown; html?: unknown } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'text';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
