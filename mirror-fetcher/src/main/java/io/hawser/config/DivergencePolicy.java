/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.config;

/** What to do with a mirror that holds records which the source has lost, as after an unclean leader election there. */
public enum DivergencePolicy {
    /** Stop and keep them; an operator decides. */
    FAIL,
    /** Drop them from the mirror, on every replica, and follow the source again. */
    TRUNCATE,
    /** Delete the mirror topic and mirror the source topic anew from its beginning. */
    RECREATE
}
