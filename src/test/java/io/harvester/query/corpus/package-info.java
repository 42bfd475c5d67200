// SPDX-License-Identifier: Apache-2.0
/** Runs the test scripts of Prometheus's query engine against ours. */
package io.harvester.query.corpus;
