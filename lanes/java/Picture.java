import java.awt.image.*;
import java.io.*;
import java.nio.*;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** The bytes of a key, and grey pictures: decoded from PNG, blurred. Must not know who asks for them. */
final class Picture {
    private static final int[] WEIGHTS = {1, 2, 7, 16, 31, 45, 52, 45, 31, 16, 7, 2, 1};
    private static final int REACH = WEIGHTS.length / 2;

    static {
        ImageIO.setUseCache(false); // of files
    }

    private Picture() {}

    /** The output of splitmix64 seeded with the key. */
    static byte[] body(long key, int length) {
        var bytes = ByteBuffer.allocate((length + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long state = key; bytes.hasRemaining(); ) {
            state += 0x9e3779b97f4a7c15L;
            long mixed = (state ^ state >>> 30) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
            bytes.putLong(mixed ^ mixed >>> 31);
        }
        return Arrays.copyOf(bytes.array(), length);
    }

    /** Each pixel becomes the weighted sum of its neighbours: rows first, then columns; rounded once, at the end. */
    static byte[] blurred(byte[] pixels, int side) {
        var across = new int[side * side];
        var padded = new int[side + 2 * REACH];
        for (int row = 0; row < side * side; row += side) {
            for (int at = 0; at < padded.length; at++) {
                padded[at] = pixels[row + Math.clamp(at - REACH, 0, side - 1)] & 0xff;
            }
            for (int x = 0; x < side; x++) {
                int sum = 0;
                for (int near = 0; near < WEIGHTS.length; near++) {
                    sum += padded[x + near] * WEIGHTS[near];
                }
                across[row + x] = sum;
            }
        }
        var result = new byte[side * side];
        var sums = new int[side];
        for (int y = 0; y < side; y++) {
            Arrays.fill(sums, 1 << 15);
            for (int near = 0; near < WEIGHTS.length; near++) {
                int row = Math.clamp(y + near - REACH, 0, side - 1) * side;
                for (int x = 0; x < side; x++) {
                    sums[x] += across[row + x] * WEIGHTS[near];
                }
            }
            for (int x = 0; x < side; x++) {
                result[y * side + x] = (byte) (sums[x] >> 16);
            }
        }
        return result;
    }

    /** The pixels of a square grey PNG. */
    static byte[] decoded(byte[] file, int side) throws IOException {
        var picture = ImageIO.read(new ByteArrayInputStream(file));
        if (picture == null || picture.getType() != BufferedImage.TYPE_BYTE_GRAY || picture.getWidth() != side) {
            throw new IOException("cannot decode a PNG: it is not grey with " + side + " x " + side + " pixels");
        }
        return ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    }
}
