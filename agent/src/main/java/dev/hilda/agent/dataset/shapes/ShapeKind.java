// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset.shapes;

/**
 * The classes, in the order of their labels. Each is a region of the plane around the origin, of a radius of about
 * {@value #RADIUS} units.
 */
public enum ShapeKind {
    CIRCLE {
        @Override
        boolean contains(int u, int v) {
            return within(u, v, 900);
        }
    },
    SQUARE {
        @Override
        boolean contains(int u, int v) {
            return Math.abs(u) <= 780 && Math.abs(v) <= 780;
        }
    },
    TRIANGLE {
        @Override
        boolean contains(int u, int v) {
            return outsideOf(TRIANGLE_NORMALS, 560, u, v) == 0;
        }
    },
    STAR {
        @Override
        boolean contains(int u, int v) {
            // A pentagram: each tip lies outside of one side of the inner pentagon.
            return outsideOf(PENTAGON_NORMALS, 360, u, v) <= 1;
        }
    },
    CROSS {
        @Override
        boolean contains(int u, int v) {
            int a = Math.abs(u);
            int b = Math.abs(v);
            return Math.max(a, b) <= 960 && Math.min(a, b) <= 310;
        }
    },
    RING {
        @Override
        boolean contains(int u, int v) {
            return within(u, v, 960) && !within(u, v, 560);
        }
    },
    CRESCENT {
        @Override
        boolean contains(int u, int v) {
            return within(u, v, 980) && !within(u - 430, v, 790);
        }
    },
    HEXAGON {
        @Override
        boolean contains(int u, int v) {
            return outsideOf(HEXAGON_NORMALS, 830, u, v) == 0;
        }
    },
    ARROW {
        @Override
        boolean contains(int u, int v) {
            boolean shaft = u >= -980 && u <= 120 && Math.abs(v) <= 260;
            boolean head = u >= 0 && u + Math.abs(v) <= 980 && Math.abs(v) <= 800;
            return shaft || head;
        }
    },
    BARS {
        @Override
        boolean contains(int u, int v) {
            return Math.abs(u) <= 880 && Math.abs(v) <= 840 && Math.abs(v) >= 310;
        }
    };

    static final int RADIUS = 1024;

    private static final int[][] TRIANGLE_NORMALS = {{0, 1024}, {-887, -512}, {887, -512}};
    private static final int[][] PENTAGON_NORMALS = {{0, 1024}, {-974, 316}, {-602, -828}, {602, -828}, {974, 316}};
    private static final int[][] HEXAGON_NORMALS = {
        {0, 1024}, {-887, 512}, {-887, -512}, {0, -1024}, {887, -512}, {887, 512}
    };

    /** Whether a point belongs to the shape; both coordinates at most 2^14 in magnitude. */
    abstract boolean contains(int u, int v);

    private static boolean within(int u, int v, int radius) {
        return u * u + v * v <= radius * radius;
    }

    /** Of how many sides, given by unit normals × 1024 and their distance, the point lies outside. */
    private static int outsideOf(int[][] normals, int distance, int u, int v) {
        int outside = 0;
        for (int[] normal : normals) {
            if (normal[0] * u + normal[1] * v > distance * 1024) {
                outside++;
            }
        }
        return outside;
    }
}
