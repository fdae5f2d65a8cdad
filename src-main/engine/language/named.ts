import type { Kept, ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import type { CustomerVectors } from '#engine/vectors/types.ts';
import { fold } from './fold.ts';
import { attributesOf, likelyAttributesOf, type AttributeInfo } from './rare.ts';

export type SegmentDefinition = {
  readonly id: number;
  /** As it was written; names are compared folded. */
  readonly name: string;
  readonly kind: 'rule' | 'frozen' | 'listed';
  /** The text of a rule; the name of the list of a listed one; a frozen one keeps the text it was frozen from. */
  readonly definition: string;
};

/** A named list of keys, folded: external ids, e-mail addresses, names or customer ids (`C-12`). */
export type ListDefinition = { readonly name: string; readonly keys: ReadonlySet<string> };

/** What a workspace calls by name: its segments, its lists and the attributes of its rows. */
export interface Named {
  segment(name: string): SegmentDefinition | null;
  segmentNames(): readonly string[];
  list(name: string): ListDefinition | null;
  listNames(): readonly string[];
  attribute(scope: string, name: string): AttributeInfo | null;
  /** Most attributes of a scope, found without reading every row. */
  likelyAttributes(scope: string): readonly AttributeInfo[];
  /** 1 by customer index for the members of a list, or of a frozen or listed segment as recorded up to the day. */
  members(of: 'segment' | 'list', name: string, day: Day, customers: CustomerVectors): Uint8Array;
}

/** The names of a context's workspace, read once per data version. */
export function namedOf(ctx: ReadContext): Named {
  return ctx.kept(NAMED);
}

const NAMED: Kept<Named> = { name: 'language.named', make: (ctx) => new WorkspaceNames(ctx) };

class WorkspaceNames implements Named {
  private readonly ctx: ReadContext;
  private readonly segments = new Map<string, SegmentDefinition>();
  private readonly lists = new Map<string, ListDefinition>();
  private readonly listMembers = new Map<string, Uint8Array>();

  constructor(ctx: ReadContext) {
    this.ctx = ctx;
    for (const [id, name, kind, definition] of ctx.db.all(
      'SELECT id, name, kind, definition FROM segment WHERE removed IS NULL ORDER BY name',
    )) {
      this.segments.set(fold(name as string), {
        id: id as number,
        name: name as string,
        kind: kind as SegmentDefinition['kind'],
        definition: definition as string,
      });
    }
    for (const [name, keys] of ctx.db.all('SELECT name, keys FROM list WHERE removed IS NULL ORDER BY name')) {
      const texts = JSON.parse(keys as string) as string[];
      this.lists.set(fold(name as string), {
        name: name as string,
        keys: new Set(texts.map((key) => fold(key.trim()))),
      });
    }
  }

  segment(name: string): SegmentDefinition | null {
    return this.segments.get(fold(name)) ?? null;
  }

  segmentNames(): readonly string[] {
    return [...this.segments.values()].map((segment) => segment.name);
  }

  list(name: string): ListDefinition | null {
    return this.lists.get(fold(name)) ?? null;
  }

  listNames(): readonly string[] {
    return [...this.lists.values()].map((list) => list.name);
  }

  attribute(scope: string, name: string): AttributeInfo | null {
    return attributesOf(this.ctx, scope).get(fold(name)) ?? null;
  }

  likelyAttributes(scope: string): readonly AttributeInfo[] {
    return [...likelyAttributesOf(this.ctx, scope).values()];
  }

  members(of: 'segment' | 'list', name: string, day: Day, customers: CustomerVectors): Uint8Array {
    if (of === 'list') return this.ofList(name, customers);
    const segment = this.segment(name);
    if (segment === null) return new Uint8Array(customers.count);
    if (segment.kind === 'listed') return this.ofList(segment.definition, customers);
    const out = new Uint8Array(customers.count);
    const rows = this.ctx.db.all(
      `SELECT coalesce(c.redirect, m.customer) FROM segment_member m JOIN customer c ON c.id = m.customer
       WHERE m.segment = ? AND m.day = (SELECT max(day) FROM segment_member s WHERE s.segment = m.segment AND s.day <= ?)`,
      [segment.id, day],
    );
    for (const [customer] of rows) {
      const index = customers.indexOf(customer as number);
      if (index >= 0) out[index] = 1;
    }
    return out;
  }

  /** Customers one of whose records has a key of the list: external id, e-mail, name; or the customer's own id or name. */
  private ofList(name: string, customers: CustomerVectors): Uint8Array {
    const held = this.listMembers.get(fold(name));
    if (held) return held;
    const out = new Uint8Array(customers.count);
    const keys = this.list(name)?.keys ?? new Set<string>();
    if (keys.size > 0) {
      for (let i = 0; i < customers.count; i++) {
        if (keys.has(`c-${customers.id[i]!}`) || keys.has(fold(customers.name(i)))) out[i] = 1;
      }
      // A list keeps the id of a customer that was merged into another one since.
      for (const [id, into] of this.ctx.db.iterate('SELECT id, redirect FROM customer WHERE redirect IS NOT NULL')) {
        const index = keys.has(`c-${id as number}`) ? customers.indexOf(into as number) : -1;
        if (index >= 0) out[index] = 1;
      }
      let seen = 0;
      for (const [customer, ext, email, called] of this.ctx.db.iterate(
        `SELECT coalesce(c.redirect, m.customer), p.ext, p.email, p.name
         FROM membership m JOIN customer c ON c.id = m.customer JOIN party p ON p.id = m.party`,
      )) {
        if ((++seen & 4095) === 0) this.ctx.cancel.check();
        const holds = [ext, email, called].some((text) => text !== null && keys.has(fold((text as string).trim())));
        if (!holds) continue;
        const index = customers.indexOf(customer as number);
        if (index >= 0) out[index] = 1;
      }
    }
    this.listMembers.set(fold(name), out);
    return out;
  }
}
