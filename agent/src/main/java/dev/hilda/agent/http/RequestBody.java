// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** What a client sends. One that does not keep to what it has announced is refused; it is no defect of this program. */
final class RequestBody extends FilterInputStream {
    RequestBody(InputStream sent) {
        super(sent);
    }

    @Override
    public int read() {
        try {
            return super.read();
        } catch (IOException e) {
            throw broken(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
        try {
            return super.read(bytes, offset, length);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static ApiRefusal broken(IOException reason) {
        return ApiRefusal.of(
                ApiRefusal.BAD_REQUEST,
                "read the request's body",
                "as many bytes as were announced, or whole chunks",
                String.valueOf(reason.getMessage()),
                "send it again");
    }
}
