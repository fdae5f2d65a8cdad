import { writeFileSync } from 'node:fs';
import { reportHtml } from '#engine/report/index.ts';
import { usage } from '#engine/base/errors.ts';
import { parseOptions } from '../options.ts';
import { ask, given } from '../session.ts';
import type { CliCommand } from './command.ts';

export const reportCommand: CliCommand = {
  name: 'report',
  usage: 'report W OUT.html [--as-of D] [--from D] [--where E]',
  summary: 'six pages as one HTML file',
  reads: true,
  run(argv, out) {
    const o = parseOptions('report', argv, { values: ['where', 'from', 'quarter', 'pages'] }, [2, 2]);
    const [workspace, file] = o.positionals;
    if (!file!.endsWith('.html'))
      throw usage(`report: "${file}" is not supported yet; name a file that ends in .html.`);
    const answer = ask(
      workspace!,
      reportHtml,
      given({ asOf: o.day('as-of'), from: o.day('from'), where: o.text('where') }),
    );
    writeFileSync(file!, answer.html);
    out.answer(
      { file, pages: answer.pages, asOf: answer.asOf },
      () => `Wrote ${answer.pages.length} pages to ${file}.`,
    );
  },
};
