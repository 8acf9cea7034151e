// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.InferAnswer;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.protocol.NetworkAnswer;
import dev.hilda.agent.protocol.ProtocolException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;

/**
 * Images to the board and results back, with enough requests under way that neither the line nor the core waits for the
 * host, and so few that memory stays small whatever the number of images.
 */
final class InferenceStream {
    /** Progress step of {@link #run}. */
    static final String STEP = "images";

    /** One image runs, one waits in the board, one is on the line. */
    private static final int LEAST_UNDER_WAY = 3;
    /** As much as the board's window can hold, several times: small images fill the line as well as large ones. */
    private static final long BYTES_UNDER_WAY = 64 << 10;

    static final int MOST_UNDER_WAY = 64;

    private final Conversation conversation;
    private final NetworkAnswer network;
    private final SessionPatience patience;
    private final String board;
    private final Optional<Resumption> resumption;
    private final ArrayDeque<Message> underWay = new ArrayDeque<>();

    /**
     * A stream, to be run once.
     *
     * @param board the board, as messages name it
     * @param resumption how to go on when the board is lost
     */
    InferenceStream(
            Conversation conversation,
            NetworkAnswer network,
            SessionPatience patience,
            String board,
            Optional<Resumption> resumption) {
        this.resumption = resumption;
        this.conversation = conversation;
        this.network = network;
        this.patience = patience;
        this.board = board;
    }

    /**
     * Streams every image.
     *
     * @param images each of {@code network.inputBytes()} bytes; asked for the next one only when it can be sent
     * @param total how many there are, for the progress; 0 while unknown
     * @return how many there were
     */
    long run(Iterator<byte[]> images, long total, InferenceListener listener, Progress progress)
            throws InterruptedException {
        Conversation.Watch watch = conversation.new Watch("infer image 0", patience.answer(), patience.inference());
        long answered = 0;
        fill(images, answered);
        while (!underWay.isEmpty()) {
            if (Thread.interrupted()) {
                throw new InterruptedException(); // A link that always has bytes never waits, and would not notice.
            }
            Optional<Message> answer = nextAnswer(watch, answered, listener);
            if (answer.isPresent()) {
                listener.inferred(answered, decoded(answer.get(), answered));
                answered++;
                progress.advance(STEP, answered, total);
                fill(images, answered);
                watch.restart("infer image " + answered);
            } else {
                watch.probe();
            }
        }
        return answered;
    }

    private Optional<Message> nextAnswer(Conversation.Watch watch, long answered, InferenceListener listener)
            throws InterruptedException {
        try {
            return conversation.nextAnswer(watch);
        } catch (BenchFailure broken) {
            if (resumption.isEmpty()) {
                throw broken;
            }
            listener.resumed(resumption.get().resume(broken, answered));
            underWay.forEach(conversation::send);
            watch.restart("infer image " + answered);
            return Optional.empty();
        }
    }

    private void fill(Iterator<byte[]> images, long answered) {
        while (hasRoom() && images.hasNext()) {
            byte[] image = images.next();
            if (image.length != network.inputBytes()) {
                throw new IllegalArgumentException("image " + (answered + underWay.size()) + " has " + image.length
                        + " bytes, the network reads " + network.inputBytes());
            }
            Message request = Message.infer(conversation.freshTag(), image);
            underWay.add(request);
            conversation.send(request);
        }
    }

    private boolean hasRoom() {
        return underWay.size() < mostUnderWay(network.inputBytes());
    }

    /** As many images of that size are sent ahead of their answers. */
    static int mostUnderWay(long imageBytes) {
        long filling = (BYTES_UNDER_WAY + imageBytes - 1) / imageBytes;
        return (int) Math.min(Math.max(filling, LEAST_UNDER_WAY), MOST_UNDER_WAY);
    }

    private InferAnswer decoded(Message answer, long image) {
        String what = "infer image " + image;
        byte[] body = conversation.accepted(underWay.remove(), answer, what).body();
        try {
            return InferAnswer.decode(body, network);
        } catch (ProtocolException e) {
            throw BenchFailure.of(FailureKind.LINK, what)
                    .board(board)
                    .expected(network.layerCount() + " layers and " + network.outputCount() + " outputs")
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("flash firmware of this version of hilda")
                    .cause(e)
                    .failure();
        }
    }
}
