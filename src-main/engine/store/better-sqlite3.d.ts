/** The part of better-sqlite3 13 that this project uses; the package ships no types of its own. */
declare module 'better-sqlite3' {
  export type Statement = {
    readonly reader: boolean;
    readonly readonly: boolean;
    readonly busy: boolean;
    raw(on?: boolean): Statement;
    columns(): { name: string }[];
    all(...params: unknown[]): unknown[][];
    get(...params: unknown[]): unknown[] | undefined;
    iterate(...params: unknown[]): IterableIterator<unknown[]>;
    run(...params: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  };

  export type Options = {
    readonly?: boolean;
    fileMustExist?: boolean;
    timeout?: number;
    nativeBinding?: string;
  };

  export default class Database {
    constructor(path: string, options?: Options);
    readonly open: boolean;
    readonly inTransaction: boolean;
    prepare(sql: string): Statement;
    exec(sql: string): this;
    function(name: string, options: { deterministic: boolean }, body: (text: unknown) => unknown): this;
    close(): this;
  }
}
