// SPDX-License-Identifier: Apache-2.0
package io.harvester.wire;

/**
 * Decodes a compressed request body into columns: decompresses the snappy block, then scans it
 * once. Stateless: threads may share a decoder if each has its own {@link DecodedRequest}.
 */
public final class RemoteWriteDecoder {
  private static final String V1 = "prometheus.WriteRequest (Remote-Write 1.0)";
  private static final String V2 = "io.prometheus.write.v2.Request (Remote-Write 2.0)";

  /** The maximum length of an array, minus the padding. */
  private static final long MAX_BODY = Integer.MAX_VALUE - 64;

  /** The initial length of columns, below which a limit has no effect. */
  private static final int MIN_ITEMS = 1024;

  private static final int DEFAULT_MAX_ITEMS = 1_000_000;

  private final long maxDecompressedBytes;
  private final int maxItems;
  private final LabelHash hash;

  /** Creates a decoder for at most a million items of each kind in one request. */
  public RemoteWriteDecoder(long maxDecompressedBytes, long hashSeed) {
    this(maxDecompressedBytes, DEFAULT_MAX_ITEMS, hashSeed);
  }

  /**
   * Creates a decoder.
   *
   * @param maxDecompressedBytes maximum size of the message
   * @param maxItems maximum number of series in one request, and of samples, histograms, exemplars,
   *     symbols and metadata entries. An empty series takes two bytes on the wire and fifty in
   *     memory, so a limit on the size alone would not limit the memory
   * @param hashSeed a random number that remains the same for the life of the process
   */
  public RemoteWriteDecoder(long maxDecompressedBytes, int maxItems, long hashSeed) {
    if (maxDecompressedBytes < 1 || maxDecompressedBytes > MAX_BODY) {
      throw new IllegalArgumentException(
          "maxDecompressedBytes must be 1 to " + MAX_BODY + ", not " + maxDecompressedBytes);
    }
    if (maxItems < MIN_ITEMS) {
      throw new IllegalArgumentException(
          "maxItems must be at least " + MIN_ITEMS + ", not " + maxItems);
    }
    this.maxDecompressedBytes = maxDecompressedBytes;
    this.maxItems = maxItems;
    this.hash = new LabelHash(hashSeed);
  }

  /** The decompressed size that a body declares, in bytes, checked against the limit. */
  public long decompressedSize(byte[] compressed, int length)
      throws MalformedRequestException, RequestTooLargeException {
    return SnappyBlock.decompressedSize(compressed, length, maxDecompressedBytes);
  }

  /**
   * Decodes one body.
   *
   * @param compressed the body in snappy's block format
   * @param length length of the body in {@code compressed}
   * @param version type of the message
   * @param scope part of every series hash: the same labels are different series under different
   *     default nodes
   * @param into receives the columns; its previous content is discarded
   */
  public void decode(
      byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    decompress(compressed, length, version, into);
    scan(into, scope);
  }

  /**
   * Decodes one body whose series are probably known: labels are hashed without being parsed where
   * their position is evident. If {@link DecodedRequest#skimmed} is set afterwards and any hash is
   * unknown from parsed bodies, the caller must call {@link #read}, which reports the errors that
   * this method does not detect.
   */
  public void skim(
      byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException {
    decompress(compressed, length, version, into);
    into.skimmed = version == MessageVersion.V1; // 2.0 hashes references, which is as fast
    scan(into, scope);
  }

  /** Decodes a skimmed request again, as {@link #decode} does. */
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
      case V1 -> V1Scanner.scan(into, hash, scope);
      case V2 -> V2Scanner.scan(into, hash, scope);
    }
    into.firstSample[into.seriesCount] = into.sampleCount;
    if ((into.seriesCount | into.metadataCount | into.symbolCount) == 0 && into.bodyLength > 0) {
      throw unrecognized(into);
    }
  }

  /**
   * The error of a body in which no field of its message is found. Protobuf skips unknown fields,
   * so a message of the other version would pass as an empty one, and its samples would be lost.
   */
  private static MalformedRequestException unrecognized(DecodedRequest request)
      throws MalformedRequestException {
    boolean isV1 = request.version == MessageVersion.V1;
    String declared = isV1 ? V1 : V2;
    if (isV1 ? has(request, 4, 5) : has(request, 1, 3)) {
      return new MalformedRequestException(
          "the body looks like %s, but the Content-Type says %s"
              .formatted(isV1 ? V2 : V1, declared));
    }
    return new MalformedRequestException(
        "the body of %d bytes has no field of %s".formatted(request.bodyLength, declared));
  }

  /** Whether the body has a length-delimited field of one of these numbers. */
  private static boolean has(DecodedRequest request, int one, int other)
      throws MalformedRequestException {
    WireReader reader = request.reader;
    reader.enter(0, request.bodyLength);
    while (reader.hasMore()) {
      int tag = reader.tag();
      if (tag == (one << 3 | WireReader.LENGTH_DELIMITED)
          || tag == (other << 3 | WireReader.LENGTH_DELIMITED)) {
        return true;
      }
      reader.skip(tag, 0);
    }
    return false;
  }
}
