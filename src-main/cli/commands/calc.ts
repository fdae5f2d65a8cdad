import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { LadderlineError, toWireError, usage } from '#engine/base/errors.ts';
import { calc, METHODS, type DataDir } from '#engine/methods/methods.ts';
import { parseOptions } from '../options.ts';
import { textTable } from '../output.ts';
import type { CliCommand } from './command.ts';

export const calcCommand: CliCommand = {
  name: 'calc',
  usage: 'calc METHOD [--data DIR] | calc --list | calc --batch [--data DIR]',
  summary: 'a formula on values: JSON input on stdin, JSON result on stdout',
  async run(argv, out) {
    const o = parseOptions('calc', argv, { flags: ['list', 'batch'], values: ['data'] }, [0, 1]);
    const options = dataOptions(o.text('data'));
    if (o.has('list')) {
      const list = Object.values(METHODS).map((m) => ({ method: m.name, area: m.area, sentence: m.sentence }));
      out.answer(list, () =>
        textTable(
          ['method', 'sentence'],
          list.map((m) => [m.method, m.sentence]),
        ),
      );
      return;
    }
    if (o.has('batch')) {
      await batch(options);
      return;
    }
    const method = o.positionals[0];
    if (method === undefined) throw usage('calc: name a method, or write --list or --batch.');
    const result = calc(method, parseJson(readFileSync(0, 'utf8'), 'stdin'), options);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

/** One JSON object a line in, one a line out, in the same order; a bad line answers `{id, error}` and the rest goes on. */
async function batch(options: ReturnType<typeof dataOptions>): Promise<void> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    let id: unknown = null;
    try {
      const request = parseJson(line, `line ${number}`) as { id?: unknown; method?: unknown; input?: unknown };
      id = request?.id ?? null;
      if (typeof request?.method !== 'string') throw usage(`line ${number}: expected {id, method, input}`);
      process.stdout.write(`${JSON.stringify({ id, result: calc(request.method, request.input, options) })}\n`);
    } catch (error) {
      const { code, message } = toWireError(error);
      process.stdout.write(`${JSON.stringify({ id, error: { code, message } })}\n`);
    }
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new LadderlineError(
      'bad-json',
      `${where} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** The folder of data sets that inputs may name; a path that leaves it is refused. */
function dataOptions(folder: string | undefined): DataDir | undefined {
  if (folder === undefined) return undefined;
  const inside = (path: string): string => {
    const clean = normalize(path);
    if (isAbsolute(clean) || clean.split(sep)[0] === '..')
      throw new LadderlineError('bad-path', `"${path}" leaves the data folder.`);
    return join(folder, clean);
  };
  return {
    readText(path) {
      const file = inside(path);
      return existsSync(file) ? readFileSync(file, 'utf8') : null;
    },
    list: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((path) => path.split(sep).join('/'))
        .sort(),
  };
}
