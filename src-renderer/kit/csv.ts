/** How a text begins that a spreadsheet could run as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\n\0]/;

function disarmed(value: unknown): string {
  const plain = text(value);
  return typeof value === 'string' && FORMULA.test(plain) && !/^-?\d+(\.\d+)?$/.test(plain) ? `'${plain}` : plain;
}

/** Tab-separated text for the clipboard: what a spreadsheet pastes into cells. Formulas are disarmed as in `toCsv`. */
export function toTsv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => row.map((v) => disarmed(v).replace(/[\t\r\n]+/g, ' ')).join('\t')).join('\n');
}

/** RFC 4180 text. A text that a spreadsheet would run as a formula gets a leading apostrophe; numbers do not. */
export function toCsv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value as string | number | boolean);
}

function cell(value: unknown): string {
  const safe = disarmed(value);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Puts text on the clipboard through the copy event, which needs no permission. */
export function copyText(value: string): void {
  const put = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', value);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', put, { capture: true, once: true });
  document.execCommand('copy');
  document.removeEventListener('copy', put, { capture: true });
}
