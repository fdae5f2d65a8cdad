import { z } from 'zod';
import { usage } from '#engine/base/errors.ts';
import type { HeaderIndex } from '../detect/headers.ts';

const shared = {
  column: z.string().min(1),
  /** What happens to a value that the step cannot treat: it stays, becomes empty, or its row is a reject. */
  onFail: z.enum(['keep', 'empty', 'reject']).optional(),
};

/** One cleaning step of one column; steps run in their order, before anything else reads the cell. */
export const RecipeStep = z.discriminatedUnion('op', [
  z.strictObject({ ...shared, op: z.literal('trim') }),
  z.strictObject({
    ...shared,
    op: z.literal('replace'),
    find: z.string().min(1),
    with: z.string(),
    pattern: z.boolean().optional(),
  }),
  z.strictObject({ ...shared, op: z.literal('split'), by: z.string().min(1), take: z.int().min(1) }),
  z.strictObject({ ...shared, op: z.literal('map'), values: z.record(z.string(), z.string()) }),
  z.strictObject({ ...shared, op: z.literal('mojibake') }),
]);
export type RecipeStep = z.infer<typeof RecipeStep>;

/** What a step did to a file. */
export type StepReport = {
  readonly step: number;
  readonly column: string;
  readonly op: RecipeStep['op'];
  readonly values: number;
  readonly changed: number;
  readonly failed: number;
  /** The first value that the step could not treat. */
  readonly sample: { readonly line: number; readonly value: string; readonly why: string } | null;
};

type Outcome = { readonly text: string; readonly why: string | null };
type Compiled = {
  readonly step: RecipeStep;
  readonly at: number;
  readonly run: (text: string) => Outcome;
  readonly known: Map<string, Outcome>;
  values: number;
  changed: number;
  failed: number;
  sample: StepReport['sample'];
};

/** A step remembers what it made of this many values. */
const REMEMBERED = 10_000;

/** The steps of a mapping, ready to run on the rows of one file. Throws `usage` for a column that is not there or a bad pattern. */
export class Recipe {
  readonly #steps: readonly Compiled[];

  constructor(steps: readonly RecipeStep[], index: HeaderIndex) {
    this.#steps = steps.map((step, i) => {
      const at = index.find(step.column);
      if (at < 0)
        throw usage(`Step ${i + 1} of the recipe names column "${step.column}", which the file does not have.`);
      return { step, at, run: runOf(step, i), known: new Map(), values: 0, changed: 0, failed: 0, sample: null };
    });
  }

  /** Places of the columns that some step treats. */
  get columns(): number[] {
    return [...new Set(this.#steps.map((step) => step.at))];
  }

  /** Treats the cells of a row in place; the column and the reason when the row must be rejected, else null. */
  apply(cells: string[], line: number): { at: number; why: string } | null {
    for (const compiled of this.#steps) {
      const text = cells[compiled.at]!;
      if (text === '') continue;
      compiled.values += 1;
      let out = compiled.known.get(text);
      if (out === undefined) {
        out = compiled.run(text);
        if (compiled.known.size < REMEMBERED && text.length <= 200) compiled.known.set(`${text}`, out);
      }
      if (out.why === null) {
        if (out.text !== text) compiled.changed += 1;
        cells[compiled.at] = out.text;
        continue;
      }
      compiled.failed += 1;
      compiled.sample ??= { line, value: text.slice(0, 80), why: out.why };
      if (compiled.step.onFail === 'reject') return { at: compiled.at, why: out.why };
      if (compiled.step.onFail === 'empty') cells[compiled.at] = '';
    }
    return null;
  }

  report(): StepReport[] {
    return this.#steps.map(({ step, values, changed, failed, sample }, i) => ({
      step: i + 1,
      column: step.column,
      op: step.op,
      values,
      changed,
      failed,
      sample,
    }));
  }
}

function runOf(step: RecipeStep, i: number): (text: string) => Outcome {
  const done = (text: string): Outcome => ({ text, why: null });
  const fails = (text: string, why: string): Outcome => ({ text, why });
  switch (step.op) {
    case 'trim':
      return (text) => done(text.replace(/[\s\u00A0\u200B]+/g, ' ').trim());
    case 'replace': {
      if (!step.pattern) return (text) => done(text.replaceAll(step.find, step.with));
      let pattern: RegExp;
      try {
        pattern = new RegExp(step.find, 'gu');
      } catch {
        throw usage(`Step ${i + 1} of the recipe: "${step.find}" is not a pattern.`);
      }
      return (text) => done(text.replace(pattern, step.with));
    }
    case 'split':
      return (text) => {
        const part = text.split(step.by)[step.take - 1];
        return part === undefined ? fails(text, `has no part ${step.take} between "${step.by}"`) : done(part.trim());
      };
    case 'map': {
      const words = new Map(Object.entries(step.values).map(([from, to]) => [from.toLowerCase(), to]));
      return (text) => {
        const to = words.get(text.toLowerCase());
        return to === undefined ? fails(text, 'is not among the words of the map') : done(to);
      };
    }
    case 'mojibake':
      return (text) => {
        if (!MANGLED.test(text)) return done(text);
        const repaired = repairMojibake(text);
        return repaired === null
          ? fails(text, 'cannot be repaired: not all of it was mangled in one way')
          : done(repaired);
      };
    default: {
      const never: never = step;
      throw new Error(`unknown step ${JSON.stringify(never)}`);
    }
  }
}

/** UTF-8 that was read as windows-1252 shows its lead bytes as these letters, followed by what its trail bytes show. */
const MANGLED =
  /[\u00C2-\u00F4][\u0080-\u00BF\u0152\u0153\u0160\u0161\u0178\u017D\u017E\u0192\u02C6\u02DC\u2013-\u203A\u20AC\u2122]/;

const BYTES = new Map<string, number>(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder('windows-1252').decode(Uint8Array.of(byte)), byte]),
);

/** The text before it was read in the wrong encoding, once or twice; null when its characters cannot have come about so. */
export function repairMojibake(text: string): string | null {
  let now = text;
  for (let times = 0; times < 2 && MANGLED.test(now); times += 1) {
    const bytes: number[] = [];
    for (const character of now) {
      const byte = BYTES.get(character);
      if (byte === undefined) return times === 0 ? null : now;
      bytes.push(byte);
    }
    try {
      now = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
    } catch {
      return times === 0 ? null : now;
    }
  }
  return now;
}
