import { DuckDBInstance } from '@duckdb/node-api';

/** Writes the rows of a SELECT to a Parquet file, uncompressed, so that a test can find its bytes. */
export async function writeParquet(path: string, select: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION uncompressed)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
