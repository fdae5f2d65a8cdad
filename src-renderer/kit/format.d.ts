/**
 * Numbers, money, days and shares as text. Conventions are fixed (comma for thousands, point for decimals,
 * U+2212 for minus, a narrow space before units) so that the same figure reads the same everywhere.
 * Unknown values (null) are a dash.
 */
export type MoneyLike = {
    currency: string;
    minor: number;
};
export declare const UNKNOWN = "\u2014";
/** Number of decimals of a currency, as the engine stores it (ISO 4217). */
export declare function currencyDecimals(code: string): number;
export type NumberOptions = {
    /** Fixed number of decimals (default 0 for whole numbers, else at most 2). */
    decimals?: number;
    /** `+` before positive values. */
    signed?: boolean;
};
/** `1,284`, `−0.35`, `+12`. */
export declare function formatNumber(value: number | null | undefined, options?: NumberOptions): string;
/** `16.6 %` of 0.166. */
export declare function formatShare(value: number | null | undefined, options?: NumberOptions): string;
/** NPS points: `+32`, `−5`, `0`. */
export declare function formatPoints(value: number | null | undefined, decimals?: number): string;
/** `171 d`. */
export declare function formatDays(value: number | null | undefined, decimals?: number): string;
/** `€48,200`, `€12.50`, `€48,200 + $300` for several currencies (never added); a dash for none. */
export declare function formatMoney(list: readonly MoneyLike[] | null | undefined, options?: {
    compact?: boolean;
}): string;
/** The number a column of money is sorted by: the first currency's amount. */
export declare function moneyValue(list: readonly MoneyLike[] | null | undefined): number | null;
/** `30 Sep 2026` of `2026-09-30`; `withYear: false` leaves the year out. */
export declare function formatDay(iso: string | null | undefined, withYear?: boolean): string;
/** `1 customer`, `2 customers`, `1,284 customers`. */
export declare function formatCount(count: number, one: string, many?: string): string;
/** `12 KB`, `3.4 MB`. */
export declare function formatBytes(bytes: number): string;
/** `0.4 s`, `12 s`, `3 min 20 s`. */
export declare function formatSeconds(seconds: number): string;
/** A value of a known type as text, the same in tables, sentences and copies. */
export type ValueKind = 'text' | 'number' | 'days' | 'day' | 'money' | 'share' | 'points' | 'rung' | 'yesno';
export type Value = string | number | boolean | null | undefined | readonly MoneyLike[];
export declare function formatValue(value: Value, kind: ValueKind): string;
