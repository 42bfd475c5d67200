// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.promql;

import java.util.List;

/**
 * The signature of a function.
 *
 * @param argumentTypes types of the arguments; the last one stands for all further ones
 * @param variadic number of arguments that may be left out, or, where negative, any number of
 *     further ones may follow (promql/parser/functions.go)
 * @param experimental whether it is refused unless experimental functions are switched on
 */
public record Function(
    String name,
    List<ValueType> argumentTypes,
    int variadic,
    ValueType returnType,
    boolean experimental) {}
