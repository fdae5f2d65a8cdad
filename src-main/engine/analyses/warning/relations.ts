import { CHANNELS, DIRECTIONS, SEVERITIES, TEAMS, termOf } from '#engine/base/vocabulary.ts';
import { UNKNOWN_INT, type Column, type Relation, type Vectors } from '#engine/vectors/types.ts';
import { WEEK, type Span } from './span.ts';

/** A kind of row that is counted: its condition in the language, and the cells that hold it. */
export type Stream = {
  readonly id: string;
  readonly label: string;
  readonly noun: string;
  /** A relation of the language and what its rows satisfy; null for all of them. */
  readonly relation: string;
  readonly condition: string | null;
  has(cell: number): boolean;
};

/** A mix of rows by category. */
export type Mix = {
  readonly id: string;
  readonly label: string;
  readonly noun: string;
  readonly relation: string;
  /** What all its rows satisfy in the language; null for all of the relation. */
  readonly condition: string | null;
  readonly categories: readonly string[];
  categoryOf(cell: number): number;
  /** A category in the language; null where none says it. */
  clauseOf(category: number): string | null;
  /** The clause is about the customer, not about the row. */
  readonly ofCustomer?: true;
};

/** A relation that is counted: how its rows fall into cells, which sums of cells are streams, which a mix. */
export type Counted = {
  readonly relation: Relation;
  readonly cells: number;
  /** -1 leaves a row out. */
  cellOf(row: number): number;
  readonly streams: readonly Stream[];
  readonly mixes: readonly Mix[];
};

/** Every relation whose rows are counted, those without rows left out. */
export function countedRelations(vectors: Vectors, span: Span): Counted[] {
  const all = (name: 'advocacy' | 'subscriptions' | 'opportunities', label: string, noun: string): Counted => ({
    relation: vectors.relation(name),
    cells: 1,
    cellOf: () => 0,
    streams: [{ id: name, label, noun, relation: name, condition: null, has: () => true }],
    mixes: [],
  });
  return [
    touches(vectors),
    orders(vectors, span),
    answers(vectors),
    tickets(vectors),
    leads(vectors),
    all('advocacy', 'Recommendations', 'recommendation'),
    all('subscriptions', 'Subscriptions started', 'subscription'),
    all('opportunities', 'Opportunities', 'opportunity'),
  ].filter(({ relation }) => relation.rows > 0);
}

const ints = (column: Column): Int32Array => {
  if (column.kind === 'money' || column.kind === 'real') throw new Error('a column of integers is expected');
  return column.values;
};

/** Index of a closed word's term, the last word for any other term. */
function wordIndex(words: readonly string[], term: number): number {
  const index = term - termOf(words[0]!);
  return index >= 0 && index < words.length ? index : words.length - 1;
}

/** A word of a closed set; the last one also stands for what is in none. */
const wordOf =
  (field: string, words: readonly string[]) =>
  (category: number): string | null =>
    category < words.length - 1 ? `${field} = ${words[category]}` : null;

/** One of the most frequent texts; the rest has no clause. */
const textOf =
  (field: string, words: readonly string[]) =>
  (category: number): string | null =>
    category < words.length - 1 ? `${field} = '${words[category]!.replaceAll("'", "''")}'` : null;

function touches(vectors: Vectors): Counted {
  const relation = vectors.relation('touches');
  const [direction, team, channel] = ['direction', 'team', 'channel'].map((name) => ints(relation.column(name)));
  const out = DIRECTIONS.indexOf('out');
  const [T, C] = [TEAMS.length, CHANNELS.length];
  const directionIn = (cell: number): boolean => Math.floor(cell / (T * C)) !== out;
  const teamOf = (cell: number): number => Math.floor(cell / C) % T;
  const channelOf = (cell: number): number => cell % C;
  const stream = (id: string, label: string, condition: string, has: (cell: number) => boolean): Stream => ({
    id,
    label,
    noun: 'touch',
    relation: 'touches',
    condition,
    has,
  });
  return {
    relation,
    cells: DIRECTIONS.length * T * C,
    cellOf: (r) =>
      ((direction![r] === termOf('out') ? out : DIRECTIONS.indexOf('in')) * T + wordIndex(TEAMS, team![r]!)) * C +
      wordIndex(CHANNELS, channel![r]!),
    streams: [
      stream('touches', 'Outbound touches', 'direction = out', (cell) => !directionIn(cell)),
      stream('touches.in', 'Inbound touches', 'direction = in', directionIn),
      ...TEAMS.slice(0, -1).map((word, t) =>
        stream(
          `touches.${word}`,
          `Outbound touches by ${word}`,
          `direction = out and team = ${word}`,
          (cell) => !directionIn(cell) && teamOf(cell) === t,
        ),
      ),
      ...CHANNELS.slice(0, -1).map((word, c) =>
        stream(
          `touches.${word}`,
          `Outbound touches by ${word}`,
          `direction = out and channel = ${word}`,
          (cell) => !directionIn(cell) && channelOf(cell) === c,
        ),
      ),
    ],
    mixes: [
      {
        id: 'touches.channel',
        label: 'Channels of outbound touches',
        noun: 'touch',
        relation: 'touches',
        condition: 'direction = out',
        categories: CHANNELS,
        clauseOf: wordOf('channel', CHANNELS),
        categoryOf: (cell) => (directionIn(cell) ? -1 : channelOf(cell)),
      },
      {
        id: 'touches.team',
        label: 'Teams of outbound touches',
        noun: 'touch',
        relation: 'touches',
        condition: 'direction = out',
        categories: TEAMS,
        clauseOf: wordOf('team', TEAMS),
        categoryOf: (cell) => (directionIn(cell) ? -1 : teamOf(cell)),
      },
    ],
  };
}

/** Categories of a mix by an open vocabulary: its most frequent words, and one for the rest. */
const MOST_WORDS = 20;

function openWords(vectors: Vectors, terms: Int32Array): { words: string[]; indexOf(term: number): number } {
  const counts = new Map<number, number>();
  for (const term of terms) if (term !== UNKNOWN_INT) counts.set(term, (counts.get(term) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST_WORDS);
  const index = new Map(most.map(([term], k) => [term, k]));
  return {
    words: [...most.map(([term]) => vectors.text(term) ?? 'unknown'), counts.size > MOST_WORDS ? 'other' : 'unknown'],
    indexOf: (term) => index.get(term) ?? most.length,
  };
}

function orders(vectors: Vectors, span: Span): Counted {
  const relation = vectors.relation('orders');
  const voided = ints(relation.column('voided'));
  const product = ints(relation.column('product'));
  const { words, indexOf } = openWords(vectors, product);
  return {
    relation,
    cells: words.length,
    // An order that was credited in full by the day is none (L1).
    cellOf: (r) => (voided[r] === UNKNOWN_INT || voided[r]! > span.asOf ? indexOf(product[r]!) : -1),
    streams: [
      { id: 'orders', label: 'Orders', noun: 'order', relation: 'purchases', condition: null, has: () => true },
    ],
    mixes:
      words.length > 2
        ? [
            {
              id: 'orders.product',
              label: 'Products of orders',
              noun: 'order',
              relation: 'purchases',
              condition: null,
              categories: words,
              clauseOf: textOf('product', words),
              categoryOf: (cell) => cell,
            },
          ]
        : [],
  };
}

function answers(vectors: Vectors): Counted {
  const relation = vectors.relation('responses');
  const score = ints(relation.column('score'));
  return {
    relation,
    cells: 1,
    cellOf: (r) => (score[r] === UNKNOWN_INT ? -1 : 0),
    streams: [
      {
        id: 'answers',
        label: 'Survey answers',
        noun: 'answer',
        relation: 'responses',
        condition: 'score is known',
        has: () => true,
      },
    ],
    mixes: [],
  };
}

function tickets(vectors: Vectors): Counted {
  const relation = vectors.relation('tickets');
  const [dispute, severity] = ['is_dispute', 'severity'].map((name) => ints(relation.column(name)));
  const S = SEVERITIES.length + 1;
  const severityOf = (term: number): number => {
    const index = term - termOf(SEVERITIES[0]);
    return index >= 0 && index < SEVERITIES.length ? index : SEVERITIES.length;
  };
  return {
    relation,
    cells: 2 * S,
    cellOf: (r) => (dispute![r] === 1 ? S : 0) + severityOf(severity![r]!),
    streams: [
      { id: 'tickets', label: 'Tickets opened', noun: 'ticket', relation: 'tickets', condition: null, has: () => true },
      {
        id: 'disputes',
        label: 'Disputes opened',
        noun: 'dispute',
        relation: 'tickets',
        condition: 'is_dispute',
        has: (cell) => cell >= S,
      },
    ],
    mixes: [
      {
        id: 'tickets.severity',
        label: 'Severities of tickets',
        noun: 'ticket',
        relation: 'tickets',
        condition: null,
        categories: [...SEVERITIES, 'unknown'],
        clauseOf: (c) => (c < SEVERITIES.length ? `severity = ${SEVERITIES[c]}` : 'severity is unknown'),
        categoryOf: (cell) => cell % S,
      },
    ],
  };
}

function leads(vectors: Vectors): Counted {
  const relation = vectors.relation('leads');
  const source = ints(relation.column('lead_source'));
  const { words, indexOf } = openWords(vectors, source);
  return {
    relation,
    cells: words.length,
    cellOf: (r) => indexOf(source[r]!),
    streams: [{ id: 'leads', label: 'Leads', noun: 'lead', relation: 'leads', condition: null, has: () => true }],
    mixes:
      words.length > 2
        ? [
            {
              id: 'leads.source',
              label: 'Sources of leads',
              noun: 'lead',
              relation: 'leads',
              condition: null,
              categories: words,
              clauseOf: textOf('source', words),
              categoryOf: (cell) => cell,
            },
          ]
        : [],
  };
}

/** Weeks of the baseline before a stream's first row that is known: they say nothing of its level. */
export function weeksBefore(span: Span, first: number): number {
  return Math.max(0, Math.ceil((first - span.before - 1) / WEEK));
}
