// The part of a binding to Workers Analytics Engine that the gateway uses: types only.

/** A data set; spelled out, so that the types stand without the platform's. */
export interface AnalyticsDataset {
  /** Takes a data point and returns at once: the platform writes it later. */
  writeDataPoint(point: DataPoint): void;
}

/** One row of a data set. */
interface DataPoint {
  /** The sampling key. */
  readonly indexes: readonly [string];
  readonly blobs: readonly string[];
  readonly doubles: readonly number[];
}
