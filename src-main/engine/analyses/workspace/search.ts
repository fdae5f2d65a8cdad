import { z } from 'zod';
import type { Kept, ReadContext } from '#engine/base/context.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import type { SearchReport } from './types.ts';

/** Case and accents folded, so that "muller" finds "Müller". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Folded names of all customers, made once per data version. */
const foldedNames: Kept<string[]> = {
  name: 'search.names',
  make(ctx: ReadContext) {
    const { customers } = vectorsOf(ctx);
    return Array.from({ length: customers.count }, (_, i) => fold(customers.name(i)));
  },
};

/** `search`: customers whose name contains every word typed; names that start with the text come first. */
export const search = defineAnalysis({
  name: 'search',
  input: z.object({ text: z.string().max(200), limit: z.int().min(1).max(100).default(20) }),
  run(ctx, input): SearchReport {
    const { customers } = vectorsOf(ctx);
    const names = ctx.kept(foldedNames);
    const text = fold(input.text.trim());
    const id = /^c-(\d+)$/.exec(text)?.[1];
    const words = text.split(/\s+/).filter((w) => w !== '');
    const starts: number[] = [];
    const contains: number[] = [];
    const exact = id === undefined ? -1 : customers.indexOf(Number(id));
    if (exact >= 0) starts.push(exact);
    for (let i = 0; i < names.length && starts.length < input.limit; i++) {
      const name = names[i]!;
      if (i === exact || !words.every((word) => name.includes(word))) continue;
      if (name.startsWith(text)) starts.push(i);
      else if (contains.length < input.limit) contains.push(i);
    }
    const hits = [...starts, ...contains].slice(0, input.limit).map((i) => ({
      customer: `C-${customers.id[i]}`,
      name: customers.name(i),
      detail: customers.emailDomain(i) ?? '',
    }));
    return { hits };
  },
});
