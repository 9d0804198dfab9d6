import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccountListReading, MAX_LISTED_ACCOUNTS, readAccountList } from '../../../shared/domain/account-list.ts';

const HEADINGS = 'IMAP user name,Password,E-mail address,Archive user';
const ANNA = { account: 'anna', password: 'secret', emailAddress: 'anna@example.org', userName: 'Anna' };

function faultOf(reading: AccountListReading): string {
  return 'fault' in reading ? reading.fault : '';
}

describe('readAccountList', () => {
  test.each([
    { name: 'as the manual writes it', csv: `${HEADINGS}\nanna,secret,anna@example.org,Anna` },
    { name: 'with a byte order mark and CRLF', csv: `\u{feff}${HEADINGS}\r\nanna,secret,anna@example.org,Anna\r\n` },
    {
      name: 'in another order and notation',
      csv: 'USER;e_mail;imap-password;Login\nAnna;anna@example.org;secret;anna',
    },
    {
      name: 'with tabs, and columns of no use',
      csv: 'No\tlogin\tpassword\temail\tuser\n1\tanna\tsecret\tanna@example.org\tAnna',
    },
    { name: 'with empty lines', csv: `${HEADINGS}\n\nanna,secret,anna@example.org,Anna\n,,,\n` },
    { name: 'quoted', csv: `${HEADINGS}\n"anna","secret","anna@example.org","Anna"` },
  ])('reads a list $name', ({ csv }) => {
    expect(readAccountList(csv)).toEqual({ accounts: [ANNA] });
  });

  test('takes a password as it stands', () => {
    const csv = `${HEADINGS}\nanna," a,""b"";c ",anna@example.org,Anna`;
    expect(readAccountList(csv)).toEqual({ accounts: [{ ...ANNA, password: ' a,"b";c ' }] });
  });

  test.each([
    { name: 'nothing', csv: '', fault: 'missing: account, password, emailAddress, userName' },
    { name: 'no headings', csv: 'anna,secret,anna@example.org,Anna', fault: 'missing' },
    { name: 'a heading twice', csv: `${HEADINGS},login\na,b,c@d.example,E,f`, fault: 'two columns are the account' },
    { name: 'headings alone', csv: HEADINGS, fault: 'no account' },
    { name: 'an account twice', csv: `${HEADINGS}\na,b,c@d.example,E\na,b,c@d.example,E`, fault: 'record 3' },
    { name: 'no password', csv: `${HEADINGS}\na,,c@d.example,E`, fault: 'record 2: a password' },
    { name: 'no address', csv: `${HEADINGS}\na,b,nobody,E`, fault: 'record 2: e-mail address' },
    {
      name: 'a name that nobody may have',
      csv: `${HEADINGS}\na,b,c@d.example,E/../x`,
      fault: 'record 2: archive user',
    },
    { name: 'a line break in a password', csv: `${HEADINGS}\na,"b\r\nQUIT",c@d.example,E`, fault: 'one line' },
    { name: 'a quote without an end', csv: `${HEADINGS}\na,"b,c@d.example,E`, fault: 'no end' },
    {
      name: 'more than a job could keep',
      csv: [HEADINGS, ...Array.from({ length: MAX_LISTED_ACCOUNTS + 1 }, (_, n) => `a${n},b,c@d.example,E`)].join('\n'),
      fault: 'at most',
    },
    {
      name: 'names longer than a job could keep',
      csv: [HEADINGS, ...Array.from({ length: 500 }, (_, n) => `${'a'.repeat(390)}${n},b,c@d.example,E`)].join('\n'),
      fault: 'too long together',
    },
  ])('refuses $name', ({ csv, fault }) => {
    expect(faultOf(readAccountList(csv))).toContain(fault);
  });

  test('never says a password', () => {
    expect(faultOf(readAccountList(`${HEADINGS}\na,hunter2,nobody,E`))).not.toContain('hunter2');
  });

  test('gives back every password that was quoted', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40 }), (password) => {
        fc.pre(!/[\0\r\n]/.test(password));
        const csv = `${HEADINGS}\nanna,"${password.replaceAll('"', '""')}",anna@example.org,Anna`;
        expect(readAccountList(csv)).toEqual({ accounts: [{ ...ANNA, password }] });
      }),
    );
  });
});
