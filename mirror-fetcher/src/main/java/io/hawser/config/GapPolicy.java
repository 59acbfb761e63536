/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

/** What to do when the source has deleted records before they were mirrored. */
public enum GapPolicy {
    /** Stop; an operator decides. */
    FAIL,
    /** Go on at the first record that the source still has, and report the gap. */
    CONTINUE
}
