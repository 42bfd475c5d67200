package io.harvester.storage;

/** What became of the parts of one kind: counts of a request, or of it in one transaction. */
public final class Outcomes {
  public long stored;
  public long duplicates;
  public long conflicts;
  public long failed;

  public void add(Outcomes other) {
    stored += other.stored;
    duplicates += other.duplicates;
    conflicts += other.conflicts;
    failed += other.failed;
  }

  /** All of it may have to come again. */
  public void fail() {
    failed += stored + duplicates + conflicts;
    stored = 0;
    duplicates = 0;
    conflicts = 0;
  }

  /** What is durably there, whoever wrote it. */
  public long written() {
    return stored + duplicates;
  }
}
