import type { ReadContext } from '#engine/base/context.ts';
import { isoDay, type Day } from '#engine/base/days.ts';
import type { Analysis } from '#engine/base/define.ts';
import type { Markup } from './markup.ts';

/** What a report is about. */
export type Question = {
  readonly asOf: Day;
  /** The day that figures are compared with. */
  readonly from: Day;
  readonly where: string | undefined;
  readonly title: string;
};

/** What a figure was asked with and what was answered, so that it can be asked again. */
export type Evidence = {
  readonly figure: string;
  readonly name: string;
  readonly input: unknown;
  readonly value: unknown;
};

export type Table = {
  readonly columns: readonly { readonly label: string; readonly right?: boolean }[];
  readonly rows: readonly (readonly string[])[];
};

/** A figure: a title that says what is shown, one sentence that says what is seen, a drawing and the same as a table. */
export type Figure = {
  readonly id: string;
  readonly title: string;
  readonly finding: string;
  readonly drawing: Markup | null;
  readonly table: Table;
  /** Columns of the page's grid of 12, and rows if more than one. */
  readonly span: 6 | 12;
  readonly rows?: number;
};

export type PageContent = { readonly figures: readonly Figure[]; readonly evidence: readonly Evidence[] };

/** One page of a report. `build` reads through analyses only and answers plain data. */
export type Page = {
  readonly id: string;
  readonly title: string;
  build(ctx: ReadContext, question: Question, before: readonly Evidence[]): PageContent;
};

/** Asks analyses for a page and keeps what was asked and answered. */
export class Asking {
  readonly evidence: Evidence[] = [];
  private readonly ctx: ReadContext;

  constructor(ctx: ReadContext) {
    this.ctx = ctx;
  }

  ask<Input, Asked, Report>(figure: string, analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
    const value = analysis.run(this.ctx, analysis.parse(input));
    this.evidence.push({ figure, name: analysis.name, input, value });
    return value;
  }
}

/** The part of an input that every figure shares. */
export function shared({ asOf, where }: Question): { asOf: string; where?: string } {
  return { asOf: isoDay(asOf), ...(where === undefined ? {} : { where }) };
}

/** The question's filter and one more clause. */
export function narrowed({ where }: Question, clause: string): string {
  return where === undefined ? clause : `(${where}) and (${clause})`;
}
