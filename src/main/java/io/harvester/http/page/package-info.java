// SPDX-License-Identifier: Apache-2.0
/**
 * Serves the page for people: files that the build made of src/main/web. Depends on {@code http}.
 */
package io.harvester.http.page;
