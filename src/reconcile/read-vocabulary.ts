import { ReconError } from "../recon-error";
import { type Config, configuredStatuses } from "../sources/config";
import type { Source } from "../sources/source";
import { sqlText } from "../sources/sql-text";
import type { Engine } from "./open-engine";
import { COUNT_DATABASE_STATUSES } from "./pair";
import { meaningOf } from "./status-words";
import type { Summary } from "./summary";

/** A status column with more words than this holds something else. */
const MOST_STATUS_WORDS = 200;

/**
 * Creates `status_words`: what each word of the database stands for.
 *
 * @param elsewhere - the words of pairs that were set aside, and how often each stands there
 */
export async function readVocabulary(
  engine: Engine,
  database: Source,
  config: Config | null,
  elsewhere: ReadonlyMap<string, number> = new Map(),
): Promise<Summary["vocabulary"]> {
  const counted = await engine.rows<{ word: string; rows: number }>(COUNT_DATABASE_STATUSES);
  const counts = new Map(elsewhere);
  for (const { word, rows } of counted) counts.set(word, (counts.get(word) ?? 0) + rows);
  const words = [...counts]
    .map(([word, rows]) => ({ word, rows }))
    .sort((a, b) => b.rows - a.rows || compareBytes(a.word, b.word));
  if (words.length > MOST_STATUS_WORDS) {
    throw new ReconError(
      "not_a_status",
      `${database.file.path}, line 1: the column "${database.columnNames.status ?? "status"}" holds ${words.length} different words (such as "${words[0]?.word}"), so it is no status. Name the right one in recon.json and pass --config.`,
    );
  }
  await engine.run("CREATE OR REPLACE TEMP TABLE status_words (word VARCHAR, statuses VARCHAR[])");
  const meanings = words.map(({ word, rows }) => ({
    word,
    rows,
    meaning: meaningOf(word, configuredStatuses(config)),
  }));
  const values = meanings.map(
    ({ word, meaning }) => `(${sqlText(word)}, [${meaning.statuses.map(sqlText).join(", ")}])`,
  );
  if (values.length > 0) await engine.run(`INSERT INTO status_words VALUES ${values.join(", ")}`);
  return meanings
    .filter(({ meaning }) => meaning.foreign)
    .map(({ word, rows, meaning }) => ({ word, statuses: [...meaning.statuses], rows }));
}

/** In the order of the engine, which is that of UTF-8. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
