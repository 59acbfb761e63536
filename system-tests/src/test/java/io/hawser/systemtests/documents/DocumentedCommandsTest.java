/* SPDX-License-Identifier: Apache-2.0 */
package io.hawser.systemtests.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DocumentedCommandsTest {

    @Test
    void standWhereSomeTestRunsThem() throws IOException {
        assertThat(DocumentedCommands.all()).hasSizeGreaterThan(20);
        assertThat(DocumentedCommands.elsewhere()).isEmpty();
    }
}
