/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.definition;

/** A definition, or a change of one, that must not enter the metadata log. The message is one line for the user. */
public final class InvalidDefinitionException extends RuntimeException {

    public InvalidDefinitionException(String message) {
        super(message);
    }
}
