// SPDX-License-Identifier: Apache-2.0
/** Bounds how many log lines senders can cause. Depends on no other package. */
package io.harvester.log;
