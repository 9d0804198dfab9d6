/**
 * What happens to fetched mail for addresses that no archive mailbox owns: left out, made a mailbox of (own domains),
 * or kept by one.
 */
export type UnknownRule = 'exclude' | 'create' | { readonly mailboxId: string };
