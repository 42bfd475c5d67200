// SPDX-License-Identifier: Apache-2.0
/** Periodic and delayed work, on threads with names. Depends on no other package of Harvester. */
package io.harvester.schedule;
