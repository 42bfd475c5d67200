// SPDX-License-Identifier: Apache-2.0
package io.harvester.postgres.pg;

import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * A statement parameter that pgjdbc sends in PostgreSQL's binary format. Its bytes are read when
 * the statement is executed, so one instance serves many statements, one after the other.
 */
public class BinaryParameter extends PGobject implements PGBinaryObject {
  private static final long serialVersionUID = 1;

  private final transient BinaryBuffer bytes;

  /**
   * A parameter without content, which is sent as NULL.
   *
   * @param type the type's name as pgjdbc looks it up, with its schema unless in the search path
   */
  public BinaryParameter(String type) {
    this(type, new BinaryBuffer());
  }

  private BinaryParameter(String type, BinaryBuffer bytes) {
    this.type = type; // calling setType would let "this" escape from the constructor
    this.bytes = bytes;
  }

  /** A parameter of a type whose values are at most eight bytes long. */
  public static BinaryParameter ofNumber(String type) {
    return new BinaryParameter(type, BinaryBuffer.ofCapacity(Long.BYTES));
  }

  /** The value in the type's binary format; to be cleared and filled by the caller. */
  public BinaryBuffer bytes() {
    return bytes;
  }

  @Override
  public int lengthInBytes() {
    return bytes.length();
  }

  @Override
  public void toBytes(byte[] target, int offset) {
    bytes.copyTo(target, offset);
  }

  @Override
  public void setByteValue(byte[] value, int offset) {
    throw new UnsupportedOperationException("a parameter, not a result");
  }

  @Override
  public boolean equals(Object other) { // the content changes: identity counts
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public Object clone() throws CloneNotSupportedException {
    throw new CloneNotSupportedException();
  }
}
