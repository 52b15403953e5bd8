// Reads the lines of a slip as JSON and prints how many bytes a general encoder needs to print them as Totem does: the
// same sizes, weights, rules and QR, one cut.
import Encoder from '@point-of-sale/receipt-printer-encoder';
import { readFileSync } from 'node:fs';

const columns = 48;
const looks = {
  office: { width: 2, height: 2, bold: true },
  place: { width: 1, height: 2 },
  number: { width: 8, height: 8, bold: true },
  when: { width: 3, height: 3, bold: true },
  label: { width: 2, height: 2 },
  code: { width: 2, height: 2, bold: true },
  sentence: { width: 1, height: 2 },
  strong: { width: 1, height: 2, bold: true },
  date: { width: 1, height: 2 },
};

const encoder = new Encoder({ language: 'esc-pos', columns, codepageMapping: 'epson' });
encoder.initialize().codepage('windows1252').align('center');
for (const line of JSON.parse(readFileSync(0, 'utf8'))) {
  if (line.role === 'rule') {
    encoder.rule();
  } else if (line.role === 'qr') {
    encoder.qrcode(line.text, { model: 2, size: 8, errorlevel: 'm' });
  } else {
    const look = looks[line.role];
    encoder.size(look.width, look.height).bold(!!look.bold).line(line.text).bold(false).size(1, 1);
  }
}
console.log(encoder.cut('partial').encode().length);
