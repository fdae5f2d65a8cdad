// Writes the files of this folder: node tests/corpora/make.mjs
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const write = (name, bytes) => writeFileSync(join(import.meta.dirname, name), bytes);
const latin = (text) => Buffer.from(text, 'latin1');

write(
  'german-semicolon.csv',
  latin('Kunde;Rechnungsnummer;Rechnungsdatum;Betrag;Währung\r\nK1;R-1;31.01.2026;1.250,50;EUR\r\nK2;R-2;01.02.2026;"1.000,00";EUR\r\nTotal;;;2.250,50;\r\n'),
);
write('utf16-tabs.txt', Buffer.from('\uFEFFcustomer\tdate\tscore\r\nC1\t2026-01-02\t9\r\nÉlodie\t2026-01-03\t4\r\n', 'utf16le'));
write('utf16-be-no-mark.csv', Buffer.from('customer,date,score\nC1,2026-01-02,9\nJürgen,2026-01-03,4\n', 'utf16le').swap16());
write('bare-cr.csv', latin('customer,date,score\rC1,2026-01-02,9\rC2,2026-01-03,4\r'));
write('mixed-ends.csv', latin('customer,date,score,comment\r\nC1,2026-01-02,9,"one\rtwo\r\nthree\nfour"\nC2,2026-01-03,4,x\rC3,2026-01-04,7,y'));
write('duplicate-headers.csv', latin('customer,date,score,note,note,,__proto__,constructor\nC1,2026-01-02,9,a,b,c,d,e\n'));
write(
  'stray-quote.csv',
  latin(`customer,date,score,comment\n${Array.from({ length: 40 }, (_, i) => (i === 17 ? `C${i},2026-01-02,9,"never closed` : `C${i},2026-01-02,9,"fine, ${i}"`)).join('\n')}\n`),
);
write('ragged.csv', latin('customer,date,score\nC1,2026-01-02\nC2,2026-01-03,4,more,,and more\nC3,2026-01-04,7\n'));
write('mixed-encodings.csv', Buffer.concat([Buffer.from('customer,date,score\nZoë,2026-01-02,9\n'), latin('Müller,2026-01-03,4\n')]));
write('zero-bytes.csv', latin(`customer,date,score\nC\u00001,2026-01-02,9\n${Array.from({ length: 20 }, (_, i) => `D${i},2026-01-03,4`).join('\n')}\n`));
write(
  'preamble-and-totals.csv',
  latin('Example Ltd\n"Answers, all surveys"\n\n"January 1 - January 31, 2026"\n\n\ncustomer,date,score\nC1,2026-01-02,9\nC2,2026-01-03,4\nTotal,,2\n\n"Copyright (c) Example Ltd"\n'),
);
write('pasted-twice.csv', latin('customer,date,score\nC1,2026-01-02,9\n\ncustomer,date,score\nC2,2026-01-03,4\n'));
