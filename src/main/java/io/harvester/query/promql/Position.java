// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

/**
 * A part of the text of a query.
 *
 * @param start index of its first character
 * @param end index after its last character
 */
public record Position(int start, int end) {}
