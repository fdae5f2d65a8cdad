import type { Day } from '#engine/base/days.ts';

export type DurationUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';
export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>=';
export type TextOp = 'contains' | 'starts with' | 'ends with' | 'matches';
export type AggregateFn = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'distinct' | 'days_since_last' | 'days_since_first';

export const AGGREGATES: readonly AggregateFn[] = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'distinct',
  'days_since_last',
  'days_since_first',
];

export type Duration = { readonly count: number; readonly unit: DurationUnit };

/** A day as written: a date, the last day of a quarter or month, or today less a duration. */
export type DayLike =
  | { readonly kind: 'date'; readonly day: Day }
  | { readonly kind: 'quarter'; readonly year: number; readonly quarter: 1 | 2 | 3 | 4 }
  | { readonly kind: 'month'; readonly year: number; readonly month: number }
  | { readonly kind: 'today'; readonly minus: Duration | null };

export type Period =
  | { readonly kind: 'last' | 'previous'; readonly count: number; readonly unit: DurationUnit }
  | { readonly kind: 'this'; readonly unit: DurationUnit }
  | { readonly kind: 'quarter'; readonly year: number; readonly quarter: 1 | 2 | 3 | 4 }
  | { readonly kind: 'month'; readonly year: number; readonly month: number }
  | { readonly kind: 'range'; readonly from: Day; readonly to: Day };

/** `at` is the offset of the node in its text (`relationAt` that of a relation's name); neither is part of what the tree means. */
type At = { readonly at: number };

export type NameExpr = At & {
  readonly kind: 'name';
  readonly scope: 'here' | 'customer' | 'current';
  /** Lower case unless it was written in brackets. */
  readonly name: string;
  readonly bracket: boolean;
};

export type MembershipExpr = At & {
  readonly kind: 'membership';
  readonly recorded: boolean;
  readonly of: 'segment' | 'list';
  readonly name: string;
  readonly asOf: DayLike | null;
};

export type Expr =
  | (At & { readonly kind: 'and' | 'or'; readonly items: readonly Expr[] })
  | (At & { readonly kind: 'not'; readonly item: Expr })
  | (At & { readonly kind: 'compare'; readonly op: CompareOp; readonly left: Expr; readonly right: Expr })
  | (At & { readonly kind: 'is'; readonly negated: boolean; readonly left: Expr; readonly right: Expr })
  /** `known: false` is `is unknown`. */
  | (At & { readonly kind: 'known'; readonly known: boolean; readonly item: Expr })
  | (At & { readonly kind: 'in'; readonly negated: boolean; readonly item: Expr; readonly set: readonly Expr[] })
  | (At & { readonly kind: 'period'; readonly negated: boolean; readonly item: Expr; readonly period: Period })
  /** A field in a segment or named list: `owner in list 'Field team'`. */
  | (At & {
      readonly kind: 'listed';
      readonly negated: boolean;
      readonly item: Expr;
      readonly of: 'segment' | 'list';
      readonly name: string;
    })
  | (At & { readonly kind: 'between'; readonly item: Expr; readonly low: Expr; readonly high: Expr })
  | (At & { readonly kind: 'text'; readonly op: TextOp; readonly item: Expr; readonly pattern: string })
  | MembershipExpr
  | (At & { readonly kind: 'top'; readonly count: string; readonly percent: boolean; readonly by: Expr })
  | (At & {
      readonly kind: 'sum';
      readonly first: Expr;
      readonly rest: readonly { readonly op: '+' | '-'; readonly term: Expr }[];
    })
  | (At & {
      readonly kind: 'product';
      readonly first: Expr;
      readonly rest: readonly { readonly op: '*' | '/'; readonly term: Expr }[];
    })
  | (At & { readonly kind: 'negative'; readonly item: Expr })
  /** Decimal text without needless zeros; `currency` makes it money in major units. */
  | (At & { readonly kind: 'number'; readonly decimal: string; readonly currency: string | null })
  | (At & { readonly kind: 'duration' } & Duration)
  | (At & { readonly kind: 'string'; readonly text: string })
  | (At & { readonly kind: 'day'; readonly day: DayLike })
  | (At & { readonly kind: 'yesno'; readonly yes: boolean })
  | NameExpr
  | (At & {
      readonly kind: 'aggregate';
      readonly fn: AggregateFn;
      readonly relation: string;
      readonly relationAt: number;
      readonly field: NameExpr | null;
      readonly where: Expr | null;
    })
  | (At & {
      readonly kind: 'exists';
      readonly relation: string;
      readonly relationAt: number;
      readonly where: Expr | null;
    })
  | (At & { readonly kind: 'as-of'; readonly item: Expr; readonly day: DayLike });

/** A text as a tree; `notes` are its `--` notes with the index of the top-level `and` clause each belongs to. */
export type Tree = {
  readonly root: Expr;
  readonly notes: readonly { readonly clause: number; readonly text: string }[];
};

/** Conjunction or disjunction with nested ones of the same kind drawn in. */
export function joined(kind: 'and' | 'or', at: number, items: readonly Expr[]): Expr {
  const flat = items.flatMap((item) => (item.kind === kind ? item.items : [item]));
  return flat.length === 1 ? flat[0]! : { kind, at, items: flat };
}

/** The top-level `and` clauses of a tree. */
export function clausesOf(root: Expr): readonly Expr[] {
  return root.kind === 'and' ? root.items : [root];
}
