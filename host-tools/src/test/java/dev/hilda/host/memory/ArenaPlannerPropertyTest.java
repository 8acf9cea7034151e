// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ArenaPlannerPropertyTest {
    private static final int MOST_BYTES = 5000;

    @Property(tries = 200)
    void shouldKeepTensorsApartThatAreAliveTogether(@ForAll long seed) {
        requireSound(residual(new Random(seed), false));
    }

    @Property(tries = 200)
    void shouldLayResultsOverWhatDiesWithTheDistanceOfTheirKernel(@ForAll long seed) {
        requireSound(residual(new Random(seed), true));
    }

    @Property(tries = 200)
    void shouldMoveTensorsOverNothingThatIsNeeded(@ForAll long seed) {
        Random random = new Random(seed);
        requireSound(movable(random.nextBoolean() ? residual(random, true) : chain(random, 20, 1)));
    }

    private static void requireSound(ArenaDemand demand) {
        ArenaPlan plan = ArenaPlanner.plan(demand);
        requireKept(demand, plan);
        int bound = demand.leastBytes();
        assertTrue(plan.arenaBytes() >= bound);
        assertTrue(plan.arenaBytes() <= demand.aliveBytes() * 9 / 8, () -> plan.arenaBytes() + " for " + bound);
        assertTrue(demand.movable().containsAll(plan.moved()), () -> plan + " moves what is fed");
        assertEquals(plan, ArenaPlanner.plan(demand));
    }

    /** Plays the layers on bytes that know whose they are. Tensor n is the result of layer n − 1, tensor 0 is fed. */
    private static void requireKept(ArenaDemand demand, ArenaPlan plan) {
        List<Lifetime> tensors = demand.lifetimes();
        int[] owners = new int[plan.arenaBytes()];
        own(owners, plan.readAt().get(0), tensors.get(0).bytes(), 0);
        for (int written = 1; written < tensors.size(); written++) {
            int step = written - 1;
            int at = plan.writtenAt().get(written);
            requireOwned(owners, demand, plan, written, step);
            own(owners, at, tensors.get(written).bytes(), written);
            for (Overlap overlap : demand.overlaps()) {
                int input = plan.readAt().get(overlap.input());
                boolean isApart = at + tensors.get(written).bytes() <= input
                        || input + tensors.get(overlap.input()).bytes() <= at;
                assertTrue(
                        overlap.output() != written || isApart || at + overlap.distanceBytes() <= input,
                        () -> overlap + " in " + plan);
            }
            boolean[] overlaid = new boolean[tensors.size()];
            demand.overlaps().stream()
                    .filter(overlap -> overlap.output() == step + 1)
                    .forEach(overlap -> overlaid[overlap.input()] = true);
            for (int other = 0; other < written; other++) {
                if (tensors.get(other).isAliveAt(step) && !overlaid[other]) {
                    requireOwned(
                            owners, plan.readAt().get(other), tensors.get(other).bytes(), other);
                }
            }
            own(owners, plan.readAt().get(written), tensors.get(written).bytes(), written);
        }
    }

    /** Before a layer, all that is alive. */
    private static void requireOwned(int[] owners, ArenaDemand demand, ArenaPlan plan, int written, int step) {
        for (int other = 0; other < written; other++) {
            if (demand.lifetimes().get(other).isAliveAt(step)) {
                requireOwned(
                        owners,
                        plan.readAt().get(other),
                        demand.lifetimes().get(other).bytes(),
                        other);
            }
        }
    }

    private static void requireOwned(int[] owners, int from, int bytes, int tensor) {
        for (int at = from; at < from + bytes; at++) {
            assertEquals(tensor, owners[at], "byte " + at);
        }
    }

    private static void own(int[] owners, int from, int bytes, int tensor) {
        Arrays.fill(owners, from, from + bytes, tensor);
    }

    private static ArenaDemand movable(ArenaDemand demand) {
        List<Integer> written =
                IntStream.range(1, demand.lifetimes().size()).boxed().toList();
        return ArenaDemand.of(demand.lifetimes(), demand.overlaps(), written);
    }

    /** With moves, what its largest step needs; without, at most a fifteenth more. */
    @Property(tries = 300)
    void shouldMoveWhatHasSunkWhereThatSavesEnough(@ForAll long seed) {
        Random random = new Random(seed);
        ArenaDemand demand = movable(chain(random, 20, random.nextInt(3)));
        ArenaPlan plan = ArenaPlanner.plan(demand);
        int least = demand.leastBytes();
        if (plan.moved().isEmpty()) {
            assertTrue(plan.arenaBytes() - plan.arenaBytes() / 16 < least || plan.arenaBytes() == least);
        } else {
            assertEquals(least, plan.arenaBytes());
            ArenaPlan still = ArenaPlanner.withoutMoves(demand);
            assertTrue(least <= still.arenaBytes() - still.arenaBytes() / 16);
            plan.moved().forEach(index -> requireNeeded(demand, plan, index));
        }
    }

    private static void requireNeeded(ArenaDemand demand, ArenaPlan plan, int moved) {
        List<Integer> others =
                plan.moved().stream().filter(index -> index != moved).toList();
        Placement placement = new Placement(MovingDemand.of(demand, others).demand());
        assertTrue(
                new ArenaSearch(placement, plan.arenaBytes()).find().isEmpty(),
                () -> "moves " + moved + " for nothing");
    }

    /** Wide, narrow, wide, as in MobileNetV1: the narrow one is written over the wide one's start, and is in the way there. */
    @Example
    void shouldMoveOneTensorOfThree() {
        List<Lifetime> lifetimes = List.of(
                new Lifetime(2000, 0, 0), new Lifetime(1000, 0, 1), new Lifetime(2000, 1, 2), new Lifetime(1000, 2, 3));
        List<Overlap> overlaps = List.of(new Overlap(1, 0, 0), new Overlap(2, 1, 1000), new Overlap(3, 2, 0));
        ArenaPlan plan = ArenaPlanner.plan(ArenaDemand.of(lifetimes, overlaps, List.of(1, 2, 3)));
        assertEquals(2000, plan.arenaBytes());
        assertEquals(List.of(1), plan.moved());
        assertEquals(
                List.of(0, 1000), List.of(plan.writtenAt().get(1), plan.readAt().get(1)));
        assertEquals(
                3000,
                ArenaPlanner.plan(new ArenaDemand(lifetimes, overlaps, List.of()))
                        .arenaBytes());
    }

    @Property(tries = 200)
    void shouldGiveChainsTheirLargestInputAndOutputWhereNothingOverlaps(@ForAll long seed) {
        ArenaDemand overlapping = chain(new Random(seed), 40, 0);
        ArenaDemand demand = new ArenaDemand(overlapping.lifetimes(), List.of(), List.of());
        assertEquals(demand.aliveBytes(), ArenaPlanner.plan(demand).arenaBytes());
    }

    @Property(tries = 300)
    void shouldGiveChainsTheSmallestArenaThereIs(@ForAll long seed) {
        Random random = new Random(seed);
        ArenaDemand demand = chain(random, 40, random.nextInt(3));
        int arena = ArenaPlanner.plan(demand).arenaBytes();
        assertTrue(isEnough(demand, arena));
        assertTrue(!isEnough(demand, arena - ArenaPlan.ALIGNMENT_BYTES), () -> arena + " is too much");
    }

    /** A hundred layers of nearly one size, whose results each lie a little lower than what they are made of. */
    @Example
    void shouldPlanAHundredLayersInTheTimeOfACommand() {
        ArenaDemand demand = chain(new Random(1), 100, 2);
        long started = System.nanoTime();
        int arena = ArenaPlanner.plan(demand).arenaBytes();
        long millis = (System.nanoTime() - started) / 1_000_000;
        assertTrue(!isEnough(demand, arena - ArenaPlan.ALIGNMENT_BYTES), () -> arena + " is too much");
        assertTrue(millis < 5000, millis + " ms");
    }

    /**
     * Whether a chain's tensors fit an arena. A result lies anywhere from 0 to its distance below the highest place of its
     * input, or anywhere above the lowest end of it: two ranges, whose ends are all that the next needs to know.
     */
    private static boolean isEnough(ArenaDemand demand, int arena) {
        List<Lifetime> tensors = demand.lifetimes();
        int lowest = 0;
        int highest = arena - tensors.get(0).alignedBytes();
        for (int next = 1; next < tensors.size() && highest >= lowest; next++) {
            int top = arena - tensors.get(next).alignedBytes();
            int distance = Math.min(
                    demand.overlaps().get(next - 1).distanceBytes(),
                    tensors.get(next).alignedBytes());
            int below = Math.min(top, highest - distance);
            int above = lowest + tensors.get(next - 1).alignedBytes();
            lowest = below >= 0 ? 0 : above;
            highest = above <= top ? top : below;
        }
        return highest >= lowest;
    }

    /** Where one tensor dies or two do, beside a third or not: what the best of all orders takes. */
    @Property(tries = 300)
    void shouldBoundWhatOneStepTakes(@ForAll long seed) {
        Random random = new Random(seed);
        int inputs = 1 + random.nextInt(3);
        List<Lifetime> lifetimes = new ArrayList<>();
        List<Overlap> overlaps = new ArrayList<>();
        for (int input = 0; input < inputs; input++) {
            lifetimes.add(new Lifetime(4 + 4 * random.nextInt(6), 0, 1));
            overlaps.add(new Overlap(inputs, input, 4 * random.nextInt(6)));
        }
        lifetimes.add(new Lifetime(4 + 4 * random.nextInt(12), 1, 2));
        if (random.nextBoolean()) {
            lifetimes.add(new Lifetime(8, 0, 2));
        }
        ArenaDemand demand = new ArenaDemand(lifetimes, overlaps, List.of());
        int arena = demand.leastBytes();
        assertTrue(fits(demand, new int[lifetimes.size()], 0, arena), () -> demand + " in " + arena);
        assertTrue(!fits(demand, new int[lifetimes.size()], 0, arena - 4), () -> demand + " in less than " + arena);
    }

    /** Tries all offsets. */
    private static boolean fits(ArenaDemand demand, int[] offsets, int next, int arena) {
        List<Lifetime> tensors = demand.lifetimes();
        if (next == tensors.size()) {
            return true;
        }
        for (int offset = 0; offset + tensors.get(next).bytes() <= arena; offset += 4) {
            offsets[next] = offset;
            int at = offset;
            boolean isFree = IntStream.range(0, next).allMatch(other -> {
                boolean apart = at + tensors.get(next).bytes() <= offsets[other]
                        || offsets[other] + tensors.get(other).bytes() <= at;
                return apart
                        || demand.overlaps().stream()
                                .filter(overlap -> overlap.output() == next && overlap.input() == other
                                        || overlap.output() == other && overlap.input() == next)
                                .anyMatch(overlap -> offsets[overlap.output()] + overlap.distanceBytes()
                                        <= offsets[overlap.input()]);
            });
            if (isFree && fits(demand, offsets, next + 1, arena)) {
                return true;
            }
        }
        return false;
    }

    @Property(tries = 200)
    void shouldKeepOutputsUntilTheAnswerIsRead(@ForAll long seed) {
        IntegerNetwork network = RandomNetworks.severalOutputs(seed);
        ArenaPlan plan = ArenaPlanner.plan(network);
        for (int output : network.outputs()) {
            for (int later = 0; later < network.tensors().size(); later++) {
                boolean isKept = isApart(network, plan, output, later, plan.writtenAt())
                        && isApart(network, plan, output, later, plan.readAt());
                boolean isWrittenLater = writtenAt(network, later) > writtenAt(network, output);
                assertTrue(isKept || !isWrittenLater, "output " + output + " under " + later);
            }
        }
    }

    /** The layer, or −1 of an input. */
    private static int writtenAt(IntegerNetwork network, int tensor) {
        return IntStream.range(0, network.layers().size())
                .filter(layer -> network.layers().get(layer).output() == tensor)
                .findFirst()
                .orElse(-1);
    }

    private static boolean isApart(
            IntegerNetwork network, ArenaPlan plan, int output, int later, List<Integer> laterAt) {
        int from = plan.readAt().get(output);
        return from + network.tensors().get(output).packedBytes() <= laterAt.get(later)
                || laterAt.get(later) + network.tensors().get(later).packedBytes() <= from;
    }

    /**
     * A chain.
     *
     * @param alike 0: of any sizes; 1: of nearly one; 2: of nearly one, with short distances
     */
    private static ArenaDemand chain(Random random, int mostSteps, int alike) {
        int steps = alike == 2 ? mostSteps : 1 + random.nextInt(mostSteps);
        List<Lifetime> lifetimes = new ArrayList<>();
        List<Overlap> overlaps = new ArrayList<>();
        for (int tensor = 0; tensor <= steps; tensor++) {
            int bytes = alike > 0 ? MOST_BYTES - random.nextInt(100) : 1 + random.nextInt(MOST_BYTES);
            lifetimes.add(new Lifetime(bytes, Math.max(0, tensor - 1), tensor));
            if (tensor > 0) {
                overlaps.add(overlap(tensor, tensor - 1, random, alike == 2 ? 200 : MOST_BYTES));
            }
        }
        return new ArenaDemand(lifetimes, overlaps, List.of());
    }

    /** A chain in which some tensors are read again a few steps later. */
    private static ArenaDemand residual(Random random, boolean overlapping) {
        int steps = 2 + random.nextInt(20);
        List<Lifetime> lifetimes = new ArrayList<>();
        for (int tensor = 0; tensor <= steps; tensor++) {
            int longer = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0;
            int last = Math.min(steps, tensor + longer);
            lifetimes.add(new Lifetime(1 + random.nextInt(MOST_BYTES), Math.max(0, tensor - 1), last));
        }
        List<Overlap> overlaps = new ArrayList<>();
        for (int output = 1; output <= steps && overlapping; output++) {
            for (int input = 0; input < output; input++) {
                if (lifetimes.get(input).lastStep() == output - 1) {
                    overlaps.add(overlap(output, input, random, MOST_BYTES));
                }
            }
        }
        return new ArenaDemand(lifetimes, overlaps, List.of());
    }

    private static Overlap overlap(int output, int input, Random random, int mostBytes) {
        int distance = random.nextBoolean() ? 0 : random.nextInt(mostBytes) & -ArenaPlan.ALIGNMENT_BYTES;
        return new Overlap(output, input, distance);
    }
}
