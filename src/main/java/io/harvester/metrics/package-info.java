/** Every meter, one class per group, and the sums that they obey. Depends on {@code wire}. */
package io.harvester.metrics;
