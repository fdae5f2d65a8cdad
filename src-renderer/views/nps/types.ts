export type { NpsClass } from '../../kit/figures/npsWords.ts';
export type TrendSpan = { readonly value: string | null; readonly from: string; readonly to: string };
