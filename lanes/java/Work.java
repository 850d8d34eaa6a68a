import static java.nio.file.StandardOpenOption.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.*;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * What the jobs do: they wait, with one of the slots or alone or not at all, and compute their answer of what came. Must
 * not know executors.
 */
record Work(Slots slots, Wait alone, Compute compute) {
    private static final int IMAGES = 4;
    private static final int WRITTEN = 16 << 10;

    interface Slots {
        List<Wait> open(int count) throws Exception;
    }

    interface Wait {
        byte[] get(int job) throws Exception;
    }

    interface Compute {
        long answer(int job, byte[] got) throws Exception;
    }

    /** The work that the request asks for, or {@code null}. What is known ahead of the clock is made here. */
    static Work of(Map<String, Object> asked) {
        var parameters = Json.object(asked.get("parameters"));
        var server = (String) asked.get("server");
        var delay = Json.number(parameters, "delay_ns");
        int bytes = (int) Json.number(parameters, "body_bytes");
        int side = (int) Json.number(parameters, "side_pixels");
        IntFunction<String> get = job -> "/get?key=" + job + "&delay_ns=" + delay + "&bytes=" + bytes;
        IntFunction<String> image =
            job -> "/image/" + side + "?key=" + job % IMAGES + "&delay_ns=" + delay + "&bytes=0";
        Compute hash = (job, got) -> crc32(got);
        return switch ((String) asked.get("workload")) {
            case "noop" -> new Work(null, null, (job, got) -> 0x6e6f6f70);
            case "timer" -> new Work(null, job -> sleep(Duration.ofNanos(delay)), (job, got) -> job);
            case "tcp" -> new Work(count -> Clients.sockets(count, server, get), null, hash);
            case "http" -> new Work(count -> Clients.http(count, server, get), null, hash);
            case "file" -> new Work(files(bodies((int) Json.number(asked, "jobs"), bytes)), null, hash);
            case "primes" -> new Work(null, null, (job, got) -> primesBelow(Json.number(parameters, "bound")));
            case "blur" -> {
                var pictures = bodies(IMAGES, side * side);
                yield new Work(null, null, (job, got) -> crc32(Picture.blurred(pictures[job % IMAGES], side)));
            }
            case "crawl" -> new Work(count -> Clients.http(count, server, image), null,
                (job, file) -> crc32(Picture.blurred(Picture.decoded(file, side), side)));
            default -> null;
        };
    }

    private static byte[][] bodies(int count, int length) {
        return IntStream.range(0, count).mapToObj(key -> Picture.body(key, length)).toArray(byte[][]::new);
    }

    private static byte[] sleep(Duration time) throws InterruptedException {
        Thread.sleep(time);
        return null;
    }

    private static long crc32(byte[] bytes) {
        var crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    private static long primesBelow(long bound) {
        long count = bound > 2 ? 1 : 0;
        for (long odd = 3; odd < bound; odd += 2) {
            count += isPrime(odd) ? 1 : 0;
        }
        return count;
    }

    private static boolean isPrime(long odd) {
        for (long divisor = 3; divisor * divisor <= odd; divisor += 2) {
            if (odd % divisor == 0) {
                return false;
            }
        }
        return true;
    }

    /** Slots with a file each that loses its name when it is opened: a lane that is killed leaves nothing. */
    private static Slots files(byte[][] contents) {
        var folder = Path.of(System.getenv().getOrDefault("TMPDIR", "/tmp")); // Java does not ask `TMPDIR`
        return count -> Clients.each(count, () -> {
            var path = folder.resolve("fairlane-java-" + UUID.randomUUID());
            try {
                var file = FileChannel.open(path, CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE);
                roundTrip(file, new byte[WRITTEN]);
                return job -> roundTrip(file, contents[job]);
            } catch (IOException cause) {
                throw new IOException("cannot make a file in `" + folder + "`: " + cause, cause);
            }
        });
    }

    private static byte[] roundTrip(FileChannel file, byte[] content) throws IOException {
        file.write(ByteBuffer.wrap(content), 0);
        file.force(true);
        var back = new byte[content.length];
        file.read(ByteBuffer.wrap(back), 0);
        return back;
    }
}
