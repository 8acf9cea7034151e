// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

import static dev.hilda.agent.dataset.shapes.Canvas.PIXEL;

/**
 * One shape on a textured ground, among strokes that are none of the classes, partly hidden, under noise. What varies:
 * place, size, rotation, proportions, colours, contrast.
 */
final class Scene {
    private static final int SIZE = ShapeImage.SIZE;

    /** Sum over the channels of the differences between the shape's colour and the ground's. */
    private static final int MIN_CONTRAST = 180;

    private static final int MIN_RADIUS = 8 * PIXEL;
    private static final int MAX_RADIUS = 13 * PIXEL;

    /** From 2^−14 of an eighth of a pixel to units of the shape, before the division by its radius. */
    private static final int UNITS_SHRINK = Rotation.ONE / ShapeKind.RADIUS;

    private final SplitMix64 random;
    private final ShapeKind kind;

    Scene(SplitMix64 random, ShapeKind kind) {
        this.random = random;
        this.kind = kind;
    }

    byte[] paint() {
        int[] ground = colour();
        Canvas canvas =
                new Canvas(SIZE, new Texture(random, ground, SIZE, random.between(8, 48), random.between(4, 12)));
        int strokes = random.between(1, 3);
        for (int i = 0; i < strokes; i++) {
            paintStroke(canvas, random.between(3, 8));
        }
        paintShape(canvas, colourAgainst(ground));
        if (random.chance(40)) {
            paintStroke(canvas, random.between(6, 12));
        }
        canvas.addNoise(random, random.between(4, 24));
        return canvas.bytes();
    }

    private void paintShape(Canvas canvas, int[] ink) {
        int radius = random.between(MIN_RADIUS, MAX_RADIUS);
        // The centre stays so far from the edge that at most a small part of the shape is cut off.
        int margin = radius - PIXEL;
        int centerX = random.between(margin, SIZE * PIXEL - margin);
        int centerY = random.between(margin, SIZE * PIXEL - margin);
        int angle = random.between(0, Rotation.TURN - 1);
        int sine = Rotation.sine(angle);
        int cosine = Rotation.cosine(angle);
        int radiusV = radius * random.between(80, 100) / 100;
        Canvas.Region region = (x, y) -> {
            int right = x - centerX;
            int down = y - centerY;
            int u = Math.floorDiv((right * cosine + down * sine) / UNITS_SHRINK, radius);
            int v = Math.floorDiv((down * cosine - right * sine) / UNITS_SHRINK, radiusV);
            return kind.contains(u, v);
        };
        int reach = radius * 5 / 4;
        Canvas.Box box = new Canvas.Box(centerX - reach, centerY - reach, centerX + reach, centerY + reach);
        canvas.paint(region, box, new Texture(random, ink, SIZE, random.between(0, 24), random.between(6, 16)));
    }

    /** A straight line across a part of the picture, {@code width} eighths of a pixel wide. */
    private void paintStroke(Canvas canvas, int width) {
        int edge = SIZE * PIXEL;
        int fromX = random.between(0, edge);
        int fromY = random.between(0, edge);
        int alongX = random.between(-edge / 2, edge / 2);
        int alongY = random.between(-edge / 2, edge / 2);
        long squaredLength = (long) alongX * alongX + (long) alongY * alongY;
        Canvas.Region region = (x, y) -> {
            long along = (long) (x - fromX) * alongX + (long) (y - fromY) * alongY;
            long across = (long) (x - fromX) * alongY - (long) (y - fromY) * alongX;
            return along >= 0 && along <= squaredLength && 4 * across * across <= squaredLength * width * width;
        };
        Canvas.Box box = new Canvas.Box(
                fromX + Math.min(alongX, 0) - width,
                fromY + Math.min(alongY, 0) - width,
                fromX + Math.max(alongX, 0) + width,
                fromY + Math.max(alongY, 0) + width);
        int[] colour = colour();
        canvas.paint(region, box, (x, y, channel) -> colour[channel]);
    }

    private int[] colour() {
        return new int[] {random.between(0, 255), random.between(0, 255), random.between(0, 255)};
    }

    private int[] colourAgainst(int[] ground) {
        while (true) {
            int[] colour = colour();
            int contrast = 0;
            for (int channel = 0; channel < colour.length; channel++) {
                contrast += Math.abs(colour[channel] - ground[channel]);
            }
            if (contrast >= MIN_CONTRAST) {
                return colour;
            }
        }
    }
}
