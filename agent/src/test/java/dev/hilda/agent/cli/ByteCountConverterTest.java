// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteCountConverterTest {
    @ParameterizedTest
    @CsvSource({"61440,61440", "60K,61440", "60k,61440", "1M,1048576", "2MiB,2097152", "512KiB,524288", "7B,7", "-1,-1"
    })
    void shouldReadWhatUsersWrite(String text, long bytes) {
        assertEquals(bytes, new ByteCountConverter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "1.5M", "1G", "60 K", "9223372036854775807K", "99999999999999999999"})
    void shouldRefuseTheRest(String text) {
        TypeConversionException refused =
                assertThrows(TypeConversionException.class, () -> new ByteCountConverter().convert(text));
        assertTrue(String.valueOf(refused.getMessage()).contains("60K or 1M, got \"" + text + '"'));
    }
}
