package io.harvester.wire;

/**
 * One compressed request body to columns: snappy block, then one scan. Stateless: threads may share
 * it, each with requests of its own.
 */
public final class RemoteWriteDecoder {
  /** What an array can hold, less the padding. */
  private static final long MAX_BODY = Integer.MAX_VALUE - 64;

  /** The smallest limit on parts: the size that columns have from the start. */
  private static final int MIN_PARTS = 1024;

  private static final int DEFAULT_MAX_PARTS = 1_000_000;

  private final long maxDecompressedBytes;
  private final int maxItems;
  private final LabelHash hash;

  /** As the other constructor, with at most a million series, samples and so on in one request. */
  public RemoteWriteDecoder(long maxDecompressedBytes, long hashSeed) {
    this(maxDecompressedBytes, DEFAULT_MAX_PARTS, hashSeed);
  }

  /**
   * A decoder with its limits.
   *
   * @param maxDecompressedBytes the largest message
   * @param maxItems the most series in one request; also the most samples, histograms, exemplars,
   *     symbols and metadata. An empty series costs two bytes on the wire and fifty in memory, so
   *     that the size alone does not bound what a hostile message makes us hold
   * @param hashSeed a random number, the same for the life of the process
   */
  public RemoteWriteDecoder(long maxDecompressedBytes, int maxItems, long hashSeed) {
    if (maxDecompressedBytes < 1 || maxDecompressedBytes > MAX_BODY) {
      throw new IllegalArgumentException(
          "maxDecompressedBytes must be 1 to " + MAX_BODY + ", not " + maxDecompressedBytes);
    }
    if (maxItems < MIN_PARTS) {
      throw new IllegalArgumentException(
          "maxItems must be at least " + MIN_PARTS + ", not " + maxItems);
    }
    this.maxDecompressedBytes = maxDecompressedBytes;
    this.maxItems = maxItems;
    this.hash = new LabelHash(hashSeed);
  }

  /**
   * The size that a body declares to have after decompression, in bytes, checked against the limit.
   */
  public long decompressedSize(byte[] compressed, int length)
      throws MalformedRequestException, RequestTooLargeException {
    return SnappyBlock.decompressedSize(compressed, length, maxDecompressedBytes);
  }

  /**
   * Decodes one body.
   *
   * @param compressed the body in snappy's block format
   * @param length how many bytes of it count
   * @param version which message it holds
   * @param scope mixed into every series hash: series that mean different things under different
   *     default nodes must not share a hash
   * @param into where the columns go; cleared first
   */
  public void decode(
      byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    decompress(compressed, length, version, into);
    scan(into, scope);
  }

  /**
   * The same for a body whose series are probably known: labels that can be told from their place
   * are hashed and not read. If {@link DecodedRequest#skimmed} is set then and any hash is not that
   * of a series known from a body that was read, {@link #read} has to follow; whatever is wrong
   * with the body comes out there.
   */
  public void skim(
      byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    decompress(compressed, length, version, into);
    into.skimmed = version == MessageVersion.V1; // 2.0 hashes references, which is as quick
    scan(into, scope);
  }

  /** Reads what was skimmed as {@link #decode} would have done. */
  public void read(DecodedRequest skimmed, long scope)
      throws MalformedRequestException, RequestTooLargeException {
    skimmed.clearColumns();
    scan(skimmed, scope);
  }

  private void decompress(
      byte[] compressed, int length, MessageVersion version, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    into.clear();
    into.version = version;
    into.maxItems = maxItems;
    SnappyBlock.decompress(compressed, length, maxDecompressedBytes, into);
  }

  /** Scans a message that is already in {@link DecodedRequest#body}. */
  void scan(DecodedRequest into, long scope)
      throws MalformedRequestException, RequestTooLargeException {
    into.reader.in = into.body;
    into.reader.enter(0, into.bodyLength);
    switch (into.version) {
      case V1 -> WriteRequestScanner.scan(into, hash, scope);
      case V2 -> RequestScanner.scan(into, hash, scope);
    }
    into.firstSample[into.seriesCount] = into.sampleCount;
  }
}
