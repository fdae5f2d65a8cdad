import { z } from 'zod';
import type { Kept, ReadContext } from '#engine/base/context.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { fold } from '#engine/language/fold.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import type { SearchReport } from './types.ts';

/** What a customer is found by: its own name and the names of its people, folded; made once per data version. */
type Names = { readonly customer: readonly string[]; readonly person: readonly PersonName[] };
type PersonName = { readonly index: number; readonly name: string; readonly folded: string };

const searchNames: Kept<Names> = {
  name: 'search.names',
  make(ctx: ReadContext) {
    const { customers } = vectorsOf(ctx);
    const customer = Array.from({ length: customers.count }, (_, i) => fold(customers.name(i)));
    const person: PersonName[] = [];
    const rows = ctx.db.all(
      `SELECT coalesce(c.redirect, m.customer),
              coalesce(nullif(trim(p.name), ''), trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, ''))) AS who
       FROM party p JOIN membership m ON m.party = p.id JOIN customer c ON c.id = m.customer
       WHERE who <> '' ORDER BY 1, who, p.id`,
    );
    for (const [id, who] of rows) {
      const index = customers.indexOf(id as number);
      const folded = fold(who as string);
      const last = person.at(-1);
      if (index < 0 || folded === customer[index] || (last?.index === index && last.folded === folded)) continue;
      person.push({ index, name: who as string, folded });
    }
    return { customer, person };
  },
};

/**
 * `search`: customers whose name, or the name of one of their people, contains every word typed. Names that start with
 * the text come first, then names that contain it, then people (`detail` names the person).
 */
export const search = defineAnalysis({
  name: 'search',
  input: z.object({ text: z.string().max(200), limit: z.int().min(1).max(100).default(20) }),
  run(ctx, input): SearchReport {
    const { customers } = vectorsOf(ctx);
    const names = ctx.kept(searchNames);
    const text = fold(input.text.trim());
    const id = /^c-(\d+)$/.exec(text)?.[1];
    const words = text.split(/\s+/).filter((w) => w !== '');
    const starts: number[] = [];
    const contains: number[] = [];
    const exact = id === undefined ? -1 : customers.indexOf(Number(id));
    if (exact >= 0) starts.push(exact);
    for (let i = 0; i < names.customer.length && starts.length < input.limit; i++) {
      const name = names.customer[i]!;
      if (i === exact || !words.every((word) => name.includes(word))) continue;
      if (name.startsWith(text)) starts.push(i);
      else if (contains.length < input.limit) contains.push(i);
    }
    const found = new Map<number, string | null>();
    for (const i of [...starts, ...contains].slice(0, input.limit)) found.set(i, null);
    if (words.length > 0) {
      for (const { index, name, folded } of names.person) {
        if (found.size >= input.limit) break;
        if (!found.has(index) && words.every((word) => folded.includes(word))) found.set(index, name);
      }
    }
    return {
      hits: [...found].map(([i, person]) => ({
        customer: `C-${customers.id[i]}`,
        name: customers.name(i),
        detail: [person, customers.emailDomain(i)].filter((part) => part !== null).join(', '),
      })),
    };
  },
});
