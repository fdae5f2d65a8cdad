/** A row planted to be found wanting: where it is and what the importer should say or do about it. */
export type PlantedRow = {
  readonly line: number;
  readonly column: string | null;
  readonly value: string;
  readonly outcome: 'reject' | 'kept without a customer' | 'kept without a score';
  readonly why: string;
};

export type SampleFile = {
  readonly name: string;
  readonly bytes: Buffer;
  /** CSV records after the header rows. */
  readonly records: number;
  readonly planted: readonly PlantedRow[];
};
