/** Every meter, and the sums they obey. Depends on no other package of ours. */
package io.harvester.metrics;
