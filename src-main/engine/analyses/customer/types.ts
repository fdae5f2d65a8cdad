import type { Money } from '#engine/base/money.ts';
import type { CellValue, ClauseCount, ColumnInfo, ExternalId } from '#engine/base/report.ts';
import type { RungEvidence, RungSpell, Standing } from '../ladder/types.ts';
import type { Burst, Silence } from '../touch/types.ts';

/** `customers`: one page of the customer table. */
export type CustomersReport = {
  asOf: string;
  total: number;
  /** Customers left out because a value is unknown. */
  unknown: number;
  clauses: ClauseCount[];
  columns: ColumnInfo[];
  /** One object per customer: `customer`, `externalIds`, and the asked columns under their camelCase names. */
  rows: Record<string, CellValue | ExternalId[]>[];
};

/** A reference to a source row: which table and id, so that lineage can be shown. */
export type SourceRef = { table: string; id: string; source: string; file: string; line: number };

export type CustomerReport = {
  id: string;
  name: string;
  asOf: string;
  externalIds: ExternalId[];
  identity: {
    parties: {
      party: string;
      source: string;
      kind: 'person' | 'company';
      externalId: string;
      name: string | null;
      email: string | null;
      phone: string | null;
      /** How it joined this customer: "same e-mail as ...", "same account". */
      method: string;
      ref: SourceRef;
    }[];
    owner: string | null;
    region: string | null;
    country: string | null;
    industry: string | null;
    domain: string | null;
  };
  rung: Standing;
  evidence: RungEvidence;
  rungHistory: RungSpell[];
  money: {
    revenue12m: Money[];
    revenueTotal: Money[];
    orders: number;
    firstOrder: string | null;
    lastOrder: string | null;
    openBalance: Money[];
    purchases: {
      ref: SourceRef;
      day: string;
      kind: string;
      number: string | null;
      net: Money[];
      status: string | null;
      counts: boolean;
      note: string | null;
    }[];
  };
  responses: {
    ref: SourceRef;
    day: string;
    score: number | null;
    class: string | null;
    survey: string | null;
    wave: string | null;
    verbatim: string | null;
  }[];
  tickets: {
    ref: SourceRef;
    opened: string;
    closed: string | null;
    subject: string | null;
    severity: string | null;
    dispute: boolean;
    status: string | null;
  }[];
  leads: {
    ref: SourceRef;
    created: string;
    name: string | null;
    status: string | null;
    assignedTo: string | null;
    assigned: string | null;
    firstFollowUp: string | null;
  }[];
  touches: {
    /** Touches in both directions; the figures below are of outbound ones. */
    total: number;
    meanGap: number | null;
    maxGap: number | null;
    openGap: number | null;
    evenness: number | null;
    burstiness: number | null;
    class: string;
    bursts: Burst[];
    silences: Silence[];
    /** Newest first, at most 500; the timeline has its own call. */
    rows: {
      ref: SourceRef;
      day: string;
      channel: string;
      direction: string;
      team: string;
      owner: string | null;
      campaign: string | null;
      purpose: string | null;
      outcome: string | null;
      inDispute: boolean;
    }[];
  };
  answers: { question: string; value: string | null; by: string | null; day: string }[];
};

/** `timeline`: packed marks of one customer for the five lanes; at most 10,000. */
export type TimelineReport = {
  customer: string;
  from: string;
  to: string;
  /** Five lanes; a sixth, `unknown`, only when an outbound touch has no team. */
  lanes: ('sales' | 'marketing' | 'service' | 'accounts' | 'inbound' | 'unknown')[];
  marks: { id: string; day: string; lane: number; channel: string; label: string; inDispute: boolean }[];
  disputes: { id: string; opened: string; closed: string | null }[];
  bursts: Burst[];
  silences: Silence[];
  purchases: { day: string; label: string }[];
  responses: { day: string; score: number }[];
};
