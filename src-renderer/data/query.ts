import { QueryClient, useQueries, useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { ApiName, Input, Result } from '#contract/api.ts';
import { transport } from './engine.ts';
import { useOpenWorkspace, useVersion } from './version.ts';

/** Answers never go stale by time: a new data version makes a new key. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: Infinity,
      gcTime: 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: 'always',
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

export type EngineOptions = {
  /** False holds the question back, for example while an input is incomplete. */
  enabled?: boolean;
  /** Keep showing the former answer while a new one is computed (default true; never across workspaces). */
  keep?: boolean;
  /** Ask even when no workspace is open: host services such as `recents`. */
  always?: boolean;
};

function epochOf(version: unknown): string {
  return String(version).split(':')[0] ?? '';
}

function queryOf<N extends ApiName>(
  name: N,
  input: Input<N> | undefined,
  version: string,
  enabled: boolean,
  keep: boolean,
) {
  return {
    queryKey: [name, input ?? {}, version] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => transport.ask(name, input ?? {}, { signal }),
    enabled,
    placeholderData: (former: unknown, query: { queryKey: readonly unknown[] } | undefined) =>
      keep && query && query.queryKey[0] === name && epochOf(query.queryKey[2]) === epochOf(version)
        ? former
        : undefined,
  };
}

/**
 * An answer of the engine for the open workspace, asked again when the data change and cancelled when nobody looks.
 * `data` is the report, `error` a HostError for `<ErrorState>`, `isPlaceholderData` true while a former answer is shown.
 */
export function useEngine<N extends ApiName>(
  name: N,
  input: Input<N>,
  options: EngineOptions = {},
): UseQueryResult<Result<N>> {
  const version = useVersion();
  const open = useOpenWorkspace((s) => s.info !== null);
  const enabled = (open || options.always === true) && options.enabled !== false;
  return useQuery(queryOf(name, input, version, enabled, options.keep !== false)) as UseQueryResult<Result<N>>;
}

export type Pages<Row, R> = {
  /** Rows from `offset` on; null where a page has not arrived. */
  rows: (Row | null)[];
  offset: number;
  total: number;
  /** Tell which rows are visible (both ends included): `<DataTable>` calls it. */
  onRange: (first: number, last: number) => void;
  /** The newest page's whole report, for its counts. */
  report: R | undefined;
  isLoading: boolean;
  error: Error | null;
  refetch: () => void;
};

/**
 * A long list read in pages: for analyses that take `offset` and `limit` and answer with `total`.
 * Give the result to `<DataTable>` by spreading: `<DataTable {...pages} />`.
 */
export function useEnginePages<N extends ApiName, Row>(
  name: N,
  input: Omit<NonNullable<Input<N>>, 'offset' | 'limit'>,
  read: (report: Result<N>) => { total: number; rows: readonly Row[] },
  options: EngineOptions & { pageSize?: number } = {},
): Pages<Row, Result<N>> {
  const size = options.pageSize ?? 200;
  const version = useVersion();
  const open = useOpenWorkspace((s) => s.info !== null) && options.enabled !== false;
  const [range, setRange] = useState({ first: 0, last: 0 });
  const firstPage = Math.floor(range.first / size);
  const lastPage = Math.max(firstPage, Math.floor(range.last / size));
  const numbers = useMemo(
    () => Array.from({ length: Math.min(lastPage - firstPage + 1, 20) }, (_, i) => firstPage + i),
    [firstPage, lastPage],
  );
  const results = useQueries({
    queries: numbers.map((n) =>
      queryOf(name, { ...input, offset: n * size, limit: size } as unknown as Input<N>, version, open, false),
    ),
  }) as UseQueryResult<Result<N>>[];

  // While another order or filter is computed the former report keeps the grid in place; its rows are not shown.
  const epoch = epochOf(version);
  const arrived = results.find((r) => r.data !== undefined)?.data;
  const [kept, setKept] = useState<{ epoch: string; report: Result<N> } | null>(null);
  if (arrived !== undefined && (kept?.report !== arrived || kept.epoch !== epoch)) setKept({ epoch, report: arrived });
  const report = arrived ?? (kept?.epoch === epoch ? kept.report : undefined);
  const total = report === undefined ? 0 : read(report).total;

  const onRange = useCallback((first: number, end: number) => {
    setRange((now) => (now.first === first && now.last === end ? now : { first, last: end }));
  }, []);

  const datas = results.map((r) => r.data);
  // oxlint-disable-next-line react/exhaustive-deps -- the page reports themselves are the inputs
  const rows = useMemo(() => pageRows(datas, numbers, size, total, read), [...datas, numbers, size, total]);
  return {
    rows,
    offset: firstPage * size,
    total,
    onRange,
    report,
    isLoading: open && report === undefined && results.some((r) => r.isLoading),
    error: results.find((r) => r.error)?.error ?? null,
    refetch: () => void Promise.all(results.map((r) => r.refetch())),
  };
}

function pageRows<R, Row>(
  datas: (R | undefined)[],
  numbers: number[],
  size: number,
  total: number,
  read: (report: R) => { rows: readonly Row[] },
): (Row | null)[] {
  return numbers.flatMap((n, i) => {
    const data = datas[i];
    const length = Math.max(0, Math.min(size, total - n * size));
    const rows = data === undefined ? [] : read(data).rows;
    return Array.from({ length }, (_, k) => rows[k] ?? null);
  });
}
