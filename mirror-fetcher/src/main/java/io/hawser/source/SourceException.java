/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.source;

/** A question to the source that got no usable answer. The message is one line for an operator. */
public final class SourceException extends Exception {

    private final transient SourceFailure failure;

    public SourceException(SourceFailure failure) {
        super(failure.message());
        this.failure = failure;
    }

    public SourceFailure failure() {
        return failure;
    }
}
