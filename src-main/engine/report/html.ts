import { isoDay } from '#engine/base/days.ts';
import { COLOURS } from './drawing.ts';
import { escapeText, tag, type Markup } from './markup.ts';
import type { Evidence, Figure, Question, Table } from './page.ts';

export type BuiltPage = { readonly id: string; readonly title: string; readonly figures: readonly Figure[] };

/** 16:9 pages, light, one per printed sheet; nothing is loaded from anywhere. */
const STYLE = `
@page { size: 1280px 720px; margin: 0; }
* { box-sizing: border-box; }
html { background: #f0f0f0; }
body { margin: 0; color: ${COLOURS.text}; font: 13px/1.4 Inter, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
section { width: 1280px; min-height: 720px; margin: 16px auto; padding: 22px 40px 14px; background: #fff; display: flex; flex-direction: column; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1px solid ${COLOURS.line}; padding-bottom: 8px; margin-bottom: 12px; }
h1 { font-size: 22px; font-weight: 600; margin: 0; }
h2 { font-size: 14px; font-weight: 600; margin: 0 0 2px; }
p { margin: 0 0 6px; color: ${COLOURS.dim}; }
header p, footer { color: ${COLOURS.dim}; margin: 0; font-size: 12px; }
footer { margin-top: auto; padding-top: 8px; display: flex; justify-content: space-between; }
.grid { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 10px 32px; align-items: start; grid-auto-rows: min-content; }
figure { margin: 0; }
.tall { grid-row: span 2; }
.s6 { grid-column: span 6; } .s12 { grid-column: span 12; }
.beside { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 32px; align-items: start; }
svg { display: block; font-family: inherit; }
table { border-collapse: collapse; width: 100%; font-size: 12px; }
th, td { text-align: left; line-height: 1.3; padding: 2px 10px 2px 0; border-bottom: 1px solid ${COLOURS.line}; vertical-align: top; overflow-wrap: break-word; }
th { font-weight: 600; color: ${COLOURS.dim}; }
th:last-child, td:last-child { padding-right: 0; }
.r { text-align: right; white-space: nowrap; } td.r:last-child { white-space: normal; }
.dense table { font-size: 10px; } .dense td, .dense th { padding-top: 1px; padding-bottom: 1px; line-height: 1.2; } .dense td:first-child { white-space: nowrap; }
@media print { html { background: #fff; } section { margin: 0; break-after: page; break-inside: avoid; } section:last-of-type { break-after: auto; } }
`;

/** The whole file. The evidence lies in a hidden element as JSON text. */
export function htmlOf(question: Question, pages: readonly BuiltPage[], evidence: readonly Evidence[]): string {
  const asOf = isoDay(question.asOf);
  const body = pages.map((page, i) =>
    tag(
      'section',
      { id: page.id, 'aria-label': page.title },
      tag('header', {}, tag('h1', {}, page.title), tag('p', {}, subtitle(question))),
      tag('div', { class: page.id === 'sources' ? 'grid dense' : 'grid' }, page.figures.map(figureOf)),
      tag('footer', {}, tag('span', {}, question.title), tag('span', {}, `${i + 1} of ${pages.length}`)),
    ),
  );
  const { markup } = tag(
    'body',
    {},
    body,
    tag(
      'pre',
      { id: 'evidence', hidden: 'hidden' },
      JSON.stringify({ asOf, from: isoDay(question.from), where: question.where ?? null, figures: evidence }),
    ),
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=1280">',
    `<title>${escapeText(question.title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    markup,
    '</html>',
    '',
  ].join('\n');
}

function subtitle({ asOf, from, where }: Question): string {
  return `as of ${isoDay(asOf)}, compared with ${isoDay(from)}${where === undefined ? '' : `, where ${where}`}`;
}

function figureOf(figure: Figure): Markup {
  const table = tableOf(figure.table);
  const parts =
    figure.drawing === null
      ? table
      : figure.span === 12
        ? tag('div', { class: 'beside' }, figure.drawing, table)
        : [figure.drawing, table];
  return tag(
    'figure',
    { id: figure.id, class: `s${figure.span}${figure.rows === 2 ? ' tall' : ''}` },
    tag('h2', {}, figure.title),
    tag('p', {}, figure.finding),
    parts,
  );
}

function tableOf({ columns, rows }: Table): Markup {
  const side = (i: number): string | null => (columns[i]?.right ? 'r' : null);
  return tag(
    'table',
    {},
    tag(
      'thead',
      {},
      tag(
        'tr',
        {},
        columns.map((c, i) => tag('th', { scope: 'col', class: side(i) }, c.label)),
      ),
    ),
    tag(
      'tbody',
      {},
      rows.map((row) =>
        tag(
          'tr',
          {},
          row.map((cell, i) => tag('td', { class: side(i) }, cell)),
        ),
      ),
    ),
  );
}
