// SPDX-License-Identifier: Apache-2.0
/** Native histograms with float counts and their algebra. Depends on no other package of Harvester. */
package io.harvester.query.histogram;
