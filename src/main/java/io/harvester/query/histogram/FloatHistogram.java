// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.histogram;

/** A native histogram with float counts. */
public final class FloatHistogram {}
