package io.harvester.wire;

/** One compressed request body to columns. */
public interface RequestDecoder {
  /**
   * The size that a body declares to have after decompression, in bytes, checked against the limit.
   */
  long decompressedSize(byte[] compressed, int length)
      throws MalformedRequestException, RequestTooLargeException;

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
  void decode(
      byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException;

  /**
   * The same for a body whose series are probably known: labels that can be told from their place
   * are hashed and not read. If {@link DecodedRequest#skimmed} is set then and any hash is not that
   * of a series known from a body that was read, {@link #read} has to follow; whatever is wrong
   * with the body comes out there.
   */
  void skim(byte[] compressed, int length, MessageVersion version, long scope, DecodedRequest into)
      throws MalformedRequestException, RequestTooLargeException;

  /** Reads what was skimmed as {@link #decode} would have done. */
  void read(DecodedRequest skimmed, long scope)
      throws MalformedRequestException, RequestTooLargeException;
}
