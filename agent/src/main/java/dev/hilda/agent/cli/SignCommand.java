// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.folder.IoReason;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.signature.BundleSignature;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.signature.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda key sign}. */
@Command(
        name = "sign",
        description = "Vouches for a bundle: writes BUNDLE.sig, which hilda submit sends with it.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  hilda key sign ic01.hilda --key ~/.config/hilda/alice.key")
final class SignCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "Written by hilda quantize.")
    private Path bundle;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "The private key, NAME.key.")
    private Path file;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    private record Signed(String bundleSha256, String fingerprint, String signatureFile) {}

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, () -> {
            SigningKey key = KeyFiles.secret(file);
            Bundle.read(bundle);
            Path to = BundleSignature.beside(bundle);
            BundleSignature signature = write(key, to);
            return json
                    ? JsonOutput.of(new Signed(signature.bundleSha256(), signature.fingerprint(), to.toString()))
                    : "signed " + bundle + " with the key " + signature.fingerprint() + ": " + to;
        });
    }

    private BundleSignature write(SigningKey key, Path to) {
        try {
            BundleSignature signature = key.sign(Sha256.of(bundle));
            WholeFile.write(to, signature.text().getBytes(StandardCharsets.US_ASCII));
            return signature;
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.SIGNATURE, "write " + to)
                    .expected("a folder that this user may write")
                    .actual(IoReason.of(e))
                    .remedy("copy the bundle to one, and sign it there")
                    .cause(e)
                    .failure();
        }
    }
}
