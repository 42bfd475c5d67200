package io.harvester.ingest;

/** What became of the parts of one kind: counts of a request, or of it in one transaction. */
final class Tally {
  long stored;
  long duplicates;
  long conflicts;
  long failed;

  void add(Tally other) {
    stored += other.stored;
    duplicates += other.duplicates;
    conflicts += other.conflicts;
    failed += other.failed;
  }

  /** All of it may have to come again. */
  void fail() {
    failed += stored + duplicates + conflicts;
    stored = 0;
    duplicates = 0;
    conflicts = 0;
  }

  /** What is durably there, whoever wrote it. */
  long written() {
    return stored + duplicates;
  }
}
