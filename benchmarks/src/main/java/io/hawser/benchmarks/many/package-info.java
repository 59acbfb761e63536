/* SPDX-License-Identifier: Apache-2.0 */
/** What many mirrors cost that have nothing to do, and how soon they go on elsewhere. */
package io.hawser.benchmarks.many;
