import { describe, expect, test } from 'vitest';
import { analyse, type TextForm } from '../../../../shared/search/tokens/analyse.ts';
import { matchesReference, referenceText } from './reference-match.ts';

type Row = readonly [query: string, text: string, why: string, form?: TextForm];

function found(query: string, text: string, form: TextForm): boolean {
  return matchesReference(analyse(query, form), referenceText(text));
}

function finds(rows: readonly Row[]): void {
  test.each(rows.map(([query, text, why, form = 'word']) => ({ query, text, why, form })))(
    '$query finds $text: $why',
    ({ query, text, form }) => {
      expect(found(query, text, form)).toBe(true);
    },
  );
}

function findsNot(rows: readonly Row[]): void {
  test.each(rows.map(([query, text, why, form = 'word']) => ({ query, text, why, form })))(
    '$query does not find $text: $why',
    ({ query, text, form }) => {
      expect(found(query, text, form)).toBe(false);
    },
  );
}

describe('German', () => {
  finds([
    ['Rechnung', 'Anbei unsere Rechnungen', 'plural'],
    ['Rechnungen', 'Ihre Rechnung', 'singular'],
    ['Haus', 'Die Häuser sind verkauft', 'plural with umlaut'],
    ['Häuser', 'das Haus', 'singular without umlaut'],
    ['Vertrag', 'Wir senden Ihnen die Verträge', 'plural with umlaut'],
    ['Vertrag', 'Kündigung des Vertrages', 'genitive'],
    ['liefern', 'er liefert für uns', 'verb'],
    ['liefern', 'wird am Montag geliefert', 'participle'],
    ['gesendet', 'bitte senden Sie', 'infinitive'],
    ['wichtig', 'eine wichtige Nachricht', 'adjective'],
    ['Müller', 'Herr Mueller', 'umlaut written out'],
    ['Mueller', 'Herr Müller', 'umlaut typed out'],
    ['Muller', 'Herr Müller', 'umlaut left out'],
    ['Muller', 'Herr Mueller', 'umlaut left out, and written out'],
    ['Müller', 'Herr Muller', 'umlaut lost on the way'],
    ['MÜLLER', 'müller', 'case'],
    ['Mu\u0308ller', 'Müller', 'letter and mark apart'],
    ['Straße', 'Hauptstrasse 5 und Bahnhofstrasse, wir sind in der Strasse', 'ß as ss'],
    ['Strasse', 'Die Straße', 'ss as ß'],
    ['STRASSE', 'straße', 'capitals'],
    ['Rechnung', 'Ihre Stromrechnung für den Monat', 'last part of a compound'],
    ['Rechnung', 'Bitte geben Sie das Rechnungsdatum an', 'first part of a compound'],
    ['Rechnungen', 'Wir haben Ihre Stromrechnung erhalten', 'compound for an inflected part'],
    ['Rechnung', 'Wir haben Ihre Stromrechnungen erhalten', 'inflected compound'],
    ['Versicherung', 'die Haftpflichtversicherung ist nicht bezahlt', 'last part'],
    ['Karte', 'mit der Kreditkarte oder den Kartendaten', 'linking n'],
    ['Online-Shop', 'unser Onlineshop', 'hyphen left out'],
    ['Email', 'Ihre E-Mail', 'hyphen left out'],
    ['E-Mail', 'Ihre Emails', 'hyphen left out in the text'],
    ['E-Mail', 'Ihre E-Mails', 'plural behind the hyphen'],
    ['"Müller GmbH"', 'an die Mueller GmbH', 'umlauts in phrases', 'phrase'],
    ['Mü', 'Mueller', 'umlaut in a prefix', 'prefix'],
  ]);
  findsNot([
    ['Rechnung', 'die Berechtigung', 'another word'],
    ['Rechnung', 'the rechnungsdatum column of this table', 'compounds are looked for in German text only'],
    ['Reise', 'eine Tasse Reis', 'a short base is another word'],
    ['geben', 'wir haben ihm vergeben und die Angaben', 'prefixes change the meaning'],
    ['Rechnungen', 'Ihre Rechnung', 'phrases are not inflected', 'phrase'],
    ['Poet', 'der Pot', 'oe that is no umlaut'],
    ['neue', 'nun nue', 'ue behind a vowel'],
  ]);
});

describe('English', () => {
  finds([
    ['invoice', 'two invoices', 'plural'],
    ['invoices', 'an invoice', 'singular'],
    ['invoice', 'invoicing starts', 'verb'],
    ['company', 'companies', 'y to ies'],
    ['companies', 'company', 'ies to y'],
    ['plan', 'we are planning', 'doubled letter'],
    ['planned', 'the plan', 'doubled letter'],
    ['box', 'three boxes', 'es'],
    ['update', 'updated', 'd'],
    ["don't", 'we dont know', 'apostrophe left out'],
    ['dont', 'we don’t know', 'apostrophe left out, typographic'],
    ['John', "John's car", 'possessive'],
    ["John's", 'John and his car', 'possessive in the query'],
    ["O'Brien", 'Mr OBrien', 'apostrophe left out in the text'],
    ['OBrien', 'Mr O’Brien', 'apostrophe left out in the query'],
    ['Brien', "Mr O'Brien", 'a part'],
    ['cafe', 'the café', 'accent'],
    ['resume', 'my résumé', 'accents'],
    ['office', 'o\uFB03ce', 'ligature'],
    ['well-known', 'a well known thing', 'hyphen or space'],
  ]);
  findsNot([
    ['news', 'a new car', 'no plural'],
    ['car', 'take care', 'another word'],
    ['list', 'please listen to us', 'German endings count in German text'],
    ['count', 'the counter', 'German endings count in German text'],
    ['both', 'do not bother', 'another word'],
    ['policy', 'the police', 'another word'],
    ['operation', 'an operator', 'another word'],
  ]);
});

describe('other languages in Latin script', () => {
  finds([
    ['annee', "l'année dernière", 'French elision'],
    ["l'annee", 'L’Année', 'elision, typographic apostrophe'],
    ['facture', 'vos factures', 'French plural'],
    ['journal', 'les journaux', 'French aux'],
    ['coeur', 'le cœur', 'œ'],
    ['reunion', 'las reuniones', 'Spanish plural'],
    ['reunião', 'as reuniões', 'Portuguese plural'],
    ['fattura', 'le fatture', 'Italian plural'],
    ['factuur', 'twee facturen', 'Dutch plural'],
    ['brief', 'de brieven', 'Dutch consonant'],
    ['faktura', 'fakturorna', 'Swedish plural with article'],
    ['räkning', 'räkningarna', 'Swedish'],
    ['faktura', 'proszę o fakturę', 'Polish accusative'],
    ['dokument', 'dokumentów', 'Polish genitive'],
    ['lodz', 'w Łodzi i Łódź', 'Polish ł'],
    ['Ørsted', 'Orsted og Oersted', 'Danish ø'],
    ['Đức', 'Duc', 'Vietnamese đ and marks'],
    ['hoa don', 'Hóa đơn số 5', 'Vietnamese without marks', 'phrase'],
    ['hóa đơn', 'Ho\u0301a đo\u031Bn', 'Vietnamese, marks apart', 'phrase'],
  ]);
});

describe('Turkish', () => {
  finds([
    ['İstanbul', 'ISTANBUL', 'dotted capital'],
    ['istanbul', 'İSTANBUL', 'dotted capital in the text'],
    ['ışık', 'IŞIK', 'dotless'],
    ['isik', 'ışık', 'typed on another keyboard'],
    ['fatura', 'faturaların ve faturası', 'plural and possession'],
    ['faturası', 'fatura', 'inflected query'],
    ['kitap', 'kitapları', 'plural'],
    ['kitap', 'kitaplarımızdan memnun', 'plural, possession and case'],
    ['kitaplarımızdan', 'kitap', 'and the other way round'],
    ['müşteri', 'müşterimizden', 'possession and case'],
    ['sipariş', 'siparişiniz', 'possession'],
  ]);
});

describe('Greek', () => {
  finds([
    ['ΤΙΜΟΛΟΓΙΟ', 'τιμολόγιο', 'capitals without tonos'],
    ['τιμολογιο', 'τιμολόγια', 'plural'],
    ['λογαριασμός', 'του λογαριασμού', 'genitive'],
    ['Οδός', 'ΟΔΟΣ', 'final sigma'],
  ]);
});

describe('Cyrillic', () => {
  finds([
    ['счёт', 'новый счет', 'ё typed as е'],
    ['счет', 'оплата счёта', 'case'],
    ['договор', 'договоров', 'plural'],
    ['договора', 'договор', 'inflected query'],
    ['новый', 'новая', 'adjective'],
    ['й', 'и\u0306', 'letter and mark apart'],
    ["об'єкт", 'обєкт', 'Ukrainian apostrophe'],
  ]);
  findsNot([['банк', 'банан', 'another word']]);
});

describe('Arabic', () => {
  finds([
    ['محمد', 'مُحَمَّد', 'vowel signs'],
    ['محمد', 'مـحـمـد', 'tatweel'],
    ['احمد', 'أحمد', 'alef with hamza'],
    ['مدرسة', 'مدرسه', 'teh marbuta as heh'],
    ['علي', 'على', 'alef maqsura'],
    ['کتاب', 'كتاب', 'Persian kaf'],
    ['فاتورة', 'الفاتورة', 'article'],
    ['الفاتورة', 'فاتورة', 'article in the query'],
    ['فاتورة', 'الفاتورات', 'plural'],
    ['٢٠٢٤', 'في 2024', 'Arabic digits'],
    ['میخواهم', 'می\u200Cخواهم', 'zero-width non-joiner'],
  ]);
});

describe('Hebrew', () => {
  finds([
    ['שלום', 'שָׁלוֹם', 'points'],
    ['חשבון', 'החשבון', 'article'],
    ['החשבון', 'חשבון', 'article in the query'],
    ['חשבון', 'לחשבון', 'preposition'],
    ['חשבון', 'חשבונות', 'plural behind a final letter'],
    ['צהל', 'צה"ל', 'acronym with a plain quotation mark'],
    ['צהל', 'צה״ל', 'acronym with gershayim'],
  ]);
});

describe('Chinese, Japanese, Korean', () => {
  finds([
    ['发票', '请查收附件中的电子发票，谢谢', 'word in a run'],
    ['电子发票', '请查收附件中的电子发票', 'several words'],
    ['票', '电子发票', 'last character'],
    ['电', '电子发票', 'first character'],
    ['子', '电子发票', 'character within'],
    ['京都', '東京都', 'part of a word'],
    ['東京2024', '東京2024年', 'with digits'],
    ['会議', '会\n議', 'broken at the end of a line'],
    ['ガス', 'ｶﾞｽ', 'halfwidth'],
    ['ガス', 'カ\u3099ス', 'sound mark apart'],
    ['ＡＢＣ', 'abc', 'fullwidth Latin'],
    ['請求書', '請求書を送付します', 'followed by kana'],
    ['회사', '회사에서 왔습니다', 'particle'],
    ['한국', '\u1112\u1161\u11ab\u1100\u116e\u11a8', 'letters apart, as macOS has them'],
    ['𠮷野', '𠮷野家', 'above the basic plane'],
    ['東京', '東京都', 'as a prefix', 'prefix'],
    ['金', '\u2F26\u91D1\uF90A', 'compatibility ideograph'],
  ]);
  findsNot([
    ['東京', '京東', 'order'],
    ['発票', '発見と証票', 'not side by side'],
    ['東京大阪', '東京、大阪', 'a comma between'],
  ]);
});

describe('Thai, Lao, Khmer', () => {
  finds([
    ['ใบแจ้งหนี้', 'กรุณาชำระใบแจ้งหนี้ภายในวันที่', 'word in a run'],
    ['ชำระ', 'กรุณาชำระใบแจ้งหนี้', 'word in a run'],
    ['ប្រាក់', 'វិក្កយបត្រ\u200Bប្រាក់', 'Khmer with a zero-width space'],
    ['๒๕๖๗', 'ปี 2567', 'Thai digits'],
  ]);
  findsNot([['ใบเสร็จ', 'ใบแจ้งหนี้', 'another word']]);
});

describe('scripts with other words', () => {
  finds([
    ['चालान', 'आपका चालान', 'Hindi'],
    ['क\u093C', '\u0958', 'nukta apart'],
    ['ელფოსტა', 'ᲔᲚᲤᲝᲡᲢᲐ', 'Georgian capitals'],
  ]);
  findsNot([['कि', 'का', 'vowel signs make words differ']]);
});
